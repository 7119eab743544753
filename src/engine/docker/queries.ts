import type pg from 'pg';

/** Runs a query and gives each row, as a list, to `hear`; keeps none, however many come. @throws what the database answers. */
export function runQuery(
  { Query }: Pick<typeof pg, 'Query'>,
  client: pg.Client,
  text: string,
  hear: (row: readonly unknown[]) => void = () => {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    // The client's types do not know the mode here.
    const config = { text, rowMode: 'array' } as { text: string };
    const query = new Query<unknown[]>(config);
    query.on('row', hear);
    query.on('error', reject);
    query.on('end', () => resolve());
    client.query(query);
  });
}
