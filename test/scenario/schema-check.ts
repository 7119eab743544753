/** As much of JSON Schema (draft 7) as the published schema uses. */
export interface Schema {
  readonly [keyword: string]: unknown;
  readonly properties?: Record<string, Schema>;
  readonly description?: unknown;
}

type Check = (wanted: never, value: unknown, schema: Schema) => boolean;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const fits = (schema: unknown, value: unknown) => violationsOf(schema as Schema, value).length === 0;
const types: Record<string, (value: unknown) => boolean> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
};
const ignored: Check = () => true;

/** One check a keyword; a keyword that is not here is an error, so that none is passed over in silence. */
const checks: Record<string, Check> = {
  $schema: ignored,
  title: ignored,
  description: ignored,
  default: ignored,
  type: (wanted: string | string[], value) => [wanted].flat().some((type) => types[type]?.(value)),
  const: (wanted, value) => value === wanted,
  enum: (wanted: unknown[], value) => wanted.includes(value),
  pattern: (wanted: string, value) => typeof value !== 'string' || new RegExp(wanted).test(value),
  minimum: (wanted: number, value) => typeof value !== 'number' || value >= wanted,
  maximum: (wanted: number, value) => typeof value !== 'number' || value <= wanted,
  minItems: (wanted: number, value) => !Array.isArray(value) || value.length >= wanted,
  maxItems: (wanted: number, value) => !Array.isArray(value) || value.length <= wanted,
  minProperties: (wanted: number, value) => !isObject(value) || Object.keys(value).length >= wanted,
  required: (wanted: string[], value) => !isObject(value) || wanted.every((key) => key in value),
  properties: (wanted: Record<string, Schema>, value) =>
    !isObject(value) || Object.entries(wanted).every(([key, inner]) => !(key in value) || fits(inner, value[key])),
  additionalProperties: (wanted: unknown, value, { properties = {} }) =>
    !isObject(value) ||
    Object.entries(value).every(([key, inner]) => key in properties || (wanted !== false && fits(wanted, inner))),
  propertyNames: (wanted: Schema, value) => !isObject(value) || Object.keys(value).every((key) => fits(wanted, key)),
  dependencies: (wanted: Record<string, string[]>, value) =>
    !isObject(value) ||
    Object.entries(wanted).every(([key, others]) => !(key in value) || others.every((other) => other in value)),
  items: (wanted: Schema | Schema[], value) =>
    !Array.isArray(value) || value.every((item, index) => fits(Array.isArray(wanted) ? wanted[index] : wanted, item)),
  additionalItems: (wanted: false, value, { items }) =>
    !Array.isArray(value) || !Array.isArray(items) || wanted || value.length <= items.length,
  anyOf: (wanted: Schema[], value) => wanted.some((schema) => fits(schema, value)),
  oneOf: (wanted: Schema[], value) => wanted.filter((schema) => fits(schema, value)).length === 1,
  not: (wanted: Schema, value) => !fits(wanted, value),
};

/** The keywords of the schema that the value does not keep; empty when it keeps all. */
export function violationsOf(schema: Schema, value: unknown): string[] {
  return Object.entries(schema).flatMap(([keyword, wanted]) => {
    const check = checks[keyword];
    if (check === undefined) throw new Error(`no check for the keyword ${keyword}`);
    return check(wanted as never, value, schema) ? [] : [`${keyword}: ${JSON.stringify(wanted).slice(0, 200)}`];
  });
}
