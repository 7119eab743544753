import ts from 'typescript';
import type { Breach } from './cruise.js';

const LONGEST_FUNCTION = 70;
const LONGEST_FILE = 300;

/** Names that stand for something which only one place may use, the place, and why. */
const reserved = [
  {
    rule: 'wall time',
    names: ['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'AbortSignal.timeout'],
    modules: ['timers', 'timers/promises', 'perf_hooks'],
    where: /^src\/clock\.ts$/,
    because: 'a drill in virtual time would wait in real time here: take a Clock',
  },
  {
    rule: 'chance',
    names: ['Math.random'],
    modules: [],
    where: /^$/,
    because: 'a drill could not be repeated: draw from the seed that the report prints',
  },
  {
    rule: 'outside',
    names: ['process', 'console'],
    modules: ['process', 'console'],
    where: /^src\/cli\//,
    because: 'only the command line talks to the machine and to the person: return it, or ask for it as a parameter',
  },
];

/** The names of all rules about the text of a source file. */
export const sourceRules: readonly string[] = [
  ...reserved.map(({ rule }) => rule),
  ...['folder names', 'long function', 'long file', 'class', 'undocumented export'],
];

/** What a file of `src` breaks of the rules that can be seen in the file alone. */
export function checkSource(file: string, text: string): Breach[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const breaches: Breach[] = [...checkFolders(file), ...checkLength(file, text)];
  const visit = (node: ts.Node): void => {
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    for (const { rule, message } of [...checkNames(node, file), ...checkShape(node, file)]) {
      breaches.push({ rule, place: `${file}:${line}`, message });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return breaches;
}

/** A folder or a file with a name that says nothing of what is in it. */
export function checkFolders(file: string): Breach[] {
  const part = file.split('/').find((name) => /^(utils?|helpers?|common|shared|core|lib|types)(\.ts)?$/.test(name));
  if (part === undefined) return [];
  const message = `${part} says nothing of what is in it, and everything will be: name it after what it knows`;
  return [{ rule: 'folder names', place: file, message }];
}

/** A file that is too long to be read in one go. */
export function checkLength(file: string, text: string): Breach[] {
  const lines = text.trimEnd().split('\n').length;
  if (lines <= LONGEST_FILE) return [];
  return [
    {
      rule: 'long file',
      place: file,
      message: `${lines} lines, at most ${LONGEST_FILE}: it knows two things, part them`,
    },
  ];
}

type Found = Pick<Breach, 'rule' | 'message'>;

function checkNames(node: ts.Node, file: string): Found[] {
  const name = nameUsedBy(node);
  const module = moduleNamedBy(node);
  return reserved
    .filter(({ where }) => !where.test(file))
    .filter(({ names, modules }) => names.includes(name) || modules.includes(module))
    .map(({ rule, because }) => ({ rule, message: `${name || module}: ${because}` }));
}

/** The global that a node uses, such as `Date` or `Math.random`; the name of a property or of a key is none. */
function nameUsedBy(node: ts.Node): string {
  if (ts.isPropertyAccessExpression(node)) {
    const name = `${node.expression.getText()}.${node.name.text}`;
    return name.replace(/^(globalThis|global|window)\./, '');
  }
  if (!ts.isIdentifier(node)) return '';
  const { parent } = node;
  const isMember =
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isQualifiedName(parent) && parent.right === node) ||
    ((ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isMethodSignature(parent) ||
      ts.isMethodDeclaration(parent)) &&
      parent.name === node) ||
    (ts.isBindingElement(parent) && parent.propertyName === node);
  return isMember ? '' : node.text;
}

/** The module that a string imports, without `node:`; empty for every other node. */
function moduleNamedBy(node: ts.Node): string {
  if (!ts.isStringLiteral(node)) return '';
  const { parent } = node;
  const isDynamic = ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isDynamic || ts.isImportDeclaration(parent) ? node.text.replace(/^node:/, '') : '';
}

function checkShape(node: ts.Node, file: string): Found[] {
  const found: Found[] = [];
  if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
    const lines = node.getText().split('\n').length;
    const message = `${lines} lines, at most ${LONGEST_FUNCTION}: take a step out of it and give it a name`;
    if (lines > LONGEST_FUNCTION) found.push({ rule: 'long function', message });
  }
  if (ts.isClassLike(node) && file !== 'src/errors.ts') {
    found.push({ rule: 'class', message: 'only the two errors are classes: return the port from a factory' });
  }
  if (isExportedName(node) && !isDocumented(node)) {
    const message = 'its reader has only the name: say in a sentence what it promises (units, ranges, errors)';
    found.push({ rule: 'undocumented export', message });
  }
  return found;
}

function isExportedName(node: ts.Node): boolean {
  return (
    (ts.isVariableStatement(node) || (ts.isDeclarationStatement(node) && !ts.isExportDeclaration(node))) &&
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

function isDocumented(node: ts.Node): boolean {
  const [comment] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return comment !== undefined && (ts.getTextOfJSDocComment(comment.comment) ?? '').trim() !== '';
}
