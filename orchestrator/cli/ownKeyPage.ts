import type { Scope } from '../../contract/words/viewers.ts';
import { graphqlName } from '../../contract/words/words.ts';
import { withConnection } from './connect.ts';
import type { CliContext } from './context.ts';

/** What is asked for; whatever is undefined is left out. */
type Wanted = Record<string, string | number | boolean | null | readonly string[] | undefined>;

/**
 * Prints the address of GraphiQL with a mutation that makes or rotates a key of one's own, since only a browser may: the
 * sign-in of a command line would outlive itself by such a key.
 */
export async function printOwnKeyPage(
  context: CliContext,
  change: 'createKey' | 'rotateKey',
  { scopes = [], ...wanted }: Wanted & { scopes?: readonly Scope[] },
): Promise<void> {
  await withConnection(context, async ({ url }) => {
    const fields = Object.entries({ person: true, ...wanted })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
    const may = scopes.length > 0 ? [`scopes: [${scopes.map(graphqlName).join(', ')}]`] : [];
    const query = `mutation {
  ${change}(input: { ${[...fields, ...may].join(', ')} }) {
    ... on MadeKey { secret key { prefix expiresAt } }
    ... on Error { message }
  }
}`;
    context.print(
      'Only a browser where you are signed in makes your keys. Open this page there, tick "Use my sign-in in this tab", and run it:',
    );
    context.stdout.write(`${url}/graphql?${new URLSearchParams({ query })}\n`);
  });
}
