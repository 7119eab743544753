import { Composer, type CST, type Document, Lexer, type LineCounter, type Node, Parser, type YAMLError } from 'yaml';
import { shorten } from './nearest.js';

/** No scenario is nested deeper than so many levels. */
export const DEEPEST = 40;
/** More values than any scenario has, and few enough to be read in a blink. */
export const MOST_VALUES = 20_000;
const MOST_LEXEMES = 5 * MOST_VALUES;

/** Why a text is not YAML that we read, at so many characters from its beginning. */
export interface SyntaxProblem {
  readonly offset: number;
  readonly message: string;
}

/**
 * The contents of the one YAML 1.2 document in `text`, or the first thing that keeps it from being read. Keys may be repeated, and tags and
 * aliases are left as they are.
 */
export function parseYaml(text: string, lines: LineCounter): { contents: Node | null } | { problem: SyntaxProblem } {
  const tokens = parseTokens(text, lines);
  if ('problem' in tokens) return tokens;
  const options = {
    version: '1.2',
    schema: 'core',
    merge: false,
    stringKeys: true,
    // Its check compares each key with each other; ours needs one look a key.
    uniqueKeys: false,
  } as const;
  const [document, second] = new Composer(options).compose(
    tokens.tokens,
    true,
    text.length,
  ) as Iterable<Document.Parsed>;
  const [error] = document?.errors ?? [];
  if (document?.directives?.yaml.version === '1.1') return { problem: { offset: 0, message: NOT_1_1 } };
  if (error !== undefined) return { problem: explain(error) };
  if (second !== undefined) return { problem: { offset: second.range[0], message: ONE_DOCUMENT } };
  return { contents: document?.contents ?? null };
}

const NOT_1_1 = 'a scenario is YAML 1.2; remove the line `%YAML 1.1`';
const SMALLER = 'write a smaller scenario';
const FLATTER = `a scenario is at most ${DEEPEST} levels deep, so close the brackets or write it flatter`;
const ONE_DOCUMENT =
  'a second document begins here; a scenario is one document, so remove the line `---` or put what follows it in a file of its own';

/**
 * The parser keeps its own stack, but the composer after it recurs, and where the stack ends inside of a regular expression Node does
 * not throw but dies. So what is nested too deep, or has too many values, is refused here.
 */
function parseTokens(text: string, lines: LineCounter): { tokens: CST.Token[] } | { problem: SyntaxProblem } {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    count += 1;
    if (count > MOST_LEXEMES) return { problem: { offset: 0, message: `more than ${MOST_VALUES} values; ${SMALLER}` } };
    for (const token of parser.next(lexeme)) tokens.push(token);
    const deepest = parser.stack.at(-1);
    if (deepest !== undefined && parser.stack.length > DEEPEST + 2) {
      return { problem: { offset: deepest.offset, message: `nested too deep; ${FLATTER}` } };
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens };
}

const remedies: Partial<Record<YAMLError['code'], string>> = {
  NON_STRING_KEY: 'keys are plain text; remove the brackets or the `?`',
  TAB_AS_INDENT: 'indent with spaces, not with tabs',
  BAD_SCALAR_START: 'put text that begins with a symbol in quotes',
  BAD_DQ_ESCAPE: 'write two backslashes for one, or use single quotes',
  MISSING_CHAR: 'close the quotes or brackets, and put text with symbols in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'put text with a colon in quotes, or indent the lines of a map alike',
  BAD_INDENT: 'indent the lines of a map alike, and close every bracket',
};

function explain(error: YAMLError): SyntaxProblem {
  const remedy = remedies[error.code] ?? 'indent the lines of a map alike, and put text with symbols in quotes';
  return { offset: error.pos[0], message: `not YAML: ${shorten(error.message)}; ${remedy}` };
}
