import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import { shorten } from './nearest.js';
import { DEEPEST, MOST_VALUES } from './syntax.js';

/** Steps from the top of a document to one of its values. */
export type Path = readonly (string | number)[];

const CORE_TAG = /^tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq)$/;

/** One value of the document and where it stands, in characters from the beginning of the text. */
export interface Spot {
  /** Where its key begins; for an entry of a list, the entry. */
  readonly keyAt: number;
  readonly valueAt: number;
  /** null, a boolean, a number, a string, an array, or a map without a prototype. */
  readonly value: unknown;
  /** A scalar exactly as it is written, else null. */
  readonly written: string | null;
  readonly inner: ReadonlyMap<string | number, Spot>;
}

/** What is wrong with the YAML itself although it could be read. */
export interface Flaw {
  readonly offset: number;
  readonly path: Path;
  readonly message: string;
}

/** The value at `path`, or null. */
export function spotAt(top: Spot, path: Path): Spot | null {
  let spot: Spot | undefined = top;
  for (const step of path) spot = spot?.inner.get(step);
  return spot ?? null;
}

/**
 * Turns YAML nodes into plain data with places, every alias replaced by what it stands for. `fatal` says why the result is
 * not complete: too many values, or too deep.
 */
export function unfold(contents: Node | null): { top: Spot; flaws: readonly Flaw[]; fatal: Flaw | null } {
  const state: Unfolding = {
    flaws: [],
    anchors: new Map(),
    around: new Set(),
    outermostAliasAt: null,
    values: 0,
    fatal: null,
  };
  const top = unfoldNode(contents, contents?.range?.[0] ?? 0, [], state);
  return { top, flaws: state.flaws, fatal: state.fatal };
}

interface Unfolding {
  readonly flaws: Flaw[];
  readonly anchors: Map<string, Node>;
  /** Nodes around the present one, to find an alias that stands inside of its own anchor. */
  readonly around: Set<Node>;
  /** Where the outermost alias around the present node stands; the anchors in what it stands for are known already. */
  outermostAliasAt: number | null;
  values: number;
  fatal: Flaw | null;
}

function unfoldNode(node: Node | null, keyAt: number, path: Path, state: Unfolding): Spot {
  const offset = node?.range?.[0] ?? keyAt;
  const blank: Spot = { keyAt, valueAt: keyAt, value: null, written: null, inner: new Map() };
  state.values += 1;
  if (state.values > MOST_VALUES) {
    const what = state.outermostAliasAt !== null ? 'its aliases unfold' : 'the file comes';
    const message = `${what} to more than ${MOST_VALUES} values; write a smaller scenario, with fewer aliases`;
    state.fatal ??= { offset: state.outermostAliasAt ?? offset, path: [], message };
  } else if (path.length > DEEPEST) {
    state.fatal ??= { offset, path: [], message: `nested deeper than ${DEEPEST} levels; write it flatter` };
  }
  if (node === null || state.fatal !== null) return blank;
  if (isAlias(node)) return unfoldAlias(node, keyAt, path, state) ?? { ...blank, valueAt: offset };
  if (node.tag !== undefined && !CORE_TAG.test(node.tag)) {
    const message = `the tag \`${shorten(node.tag)}\` is not known here; remove it and write the plain value`;
    state.flaws.push({ offset, path, message });
  }
  if (node.anchor !== undefined && state.outermostAliasAt === null) state.anchors.set(node.anchor, node);
  if (isScalar(node)) return unfoldScalar(node, keyAt, blank);
  state.around.add(node);
  const spot = unfoldCollection(node, { ...blank, valueAt: offset }, path, state);
  state.around.delete(node);
  return spot;
}

function unfoldAlias(alias: Alias, keyAt: number, path: Path, state: Unfolding): Spot | null {
  const offset = alias.range?.[0] ?? keyAt;
  const meant = state.anchors.get(alias.source);
  if (meant === undefined || state.around.has(meant)) {
    const name = shorten(alias.source);
    const message =
      meant === undefined
        ? `no anchor \`&${name}\` stands before the alias \`*${name}\`; write the value out, or quote text that begins with *`
        : `the alias \`*${name}\` stands inside of its own anchor; write the value out`;
    state.flaws.push({ offset, path, message });
    return null;
  }
  const around = state.outermostAliasAt;
  state.outermostAliasAt ??= offset;
  const spot = unfoldNode(meant, keyAt, path, state);
  state.outermostAliasAt = around;
  return { ...spot, valueAt: offset };
}

function unfoldScalar(node: Scalar, keyAt: number, blank: Spot): Spot {
  const isEmpty = node.value === null && !node.source;
  const value = typeof node.value === 'bigint' ? Number(node.value) : node.value;
  return { ...blank, valueAt: isEmpty ? keyAt : (node.range?.[0] ?? keyAt), value, written: node.source ?? null };
}

function unfoldCollection(node: Node, spot: Spot, path: Path, state: Unfolding): Spot {
  const inner = new Map<string | number, Spot>();
  if (isMap(node)) return { ...spot, inner, value: unfoldMap(node as YAMLMap<Node, Node | null>, inner, path, state) };
  if (!isSeq(node)) return spot;
  const value = node.items.map((item, index) => {
    const entry = item as Node;
    const entrySpot = unfoldNode(entry, entry.range?.[0] ?? spot.valueAt, [...path, index], state);
    inner.set(index, entrySpot);
    return entrySpot.value;
  });
  return { ...spot, inner, value };
}

function unfoldMap(node: YAMLMap<Node, Node | null>, inner: Map<string | number, Spot>, path: Path, state: Unfolding) {
  const value: Record<string, unknown> = Object.create(null);
  for (const pair of node.items) {
    if (state.fatal !== null) break;
    const key = keyOf(pair, inner, path, state);
    if (key === null) continue;
    const spot = unfoldNode(pair.value, pair.key.range?.[0] ?? 0, [...path, key], state);
    inner.set(key, spot);
    value[key] = spot.value;
  }
  return value;
}

/** null, with the flaw noted, when the pair has no key that a scenario could have. */
function keyOf(pair: Pair<Node, Node | null>, known: ReadonlyMap<unknown, Spot>, path: Path, state: Unfolding) {
  const offset = pair.key.range?.[0] ?? 0;
  const flaw = (message: string) => {
    state.flaws.push({ offset, path, message });
    return null;
  };
  if (!isScalar(pair.key)) return flaw('a key is plain text; write it out');
  if (pair.key.anchor !== undefined && state.outermostAliasAt === null) state.anchors.set(pair.key.anchor, pair.key);
  const key = String(pair.key.value);
  if (key === '<<')
    return flaw('merge keys are not part of YAML 1.2; write the keys out, or use an alias for a whole value');
  if (key === '__proto__') return flaw('`__proto__` cannot be a key; choose another name');
  if (known.has(key)) return flaw(`\`${shorten(key)}\` stands twice in this map; remove one of them`);
  return key;
}
