import type { ReactNode } from 'react';
import { visibleText } from '../../contract/text/visibleText.ts';
import { toWebLink } from '../../contract/urls/webLink.ts';

/** A text that the page did not write, such as the name of a step: it keeps its direction to itself. */
export function Text({ children }: { children: string }): ReactNode {
  return <bdi>{visibleText(children)}</bdi>;
}

/** What a task made: a link where it is one of the web, else as it stands. */
export function OutputLink({ uri }: { uri: string }): ReactNode {
  const href = toWebLink(uri);
  if (href === undefined) return <Text>{uri}</Text>;
  return (
    <a href={href} rel="noreferrer">
      <Text>{shortened(href)}</Text>
    </a>
  );
}

/** An address as people read it: of GitHub `acme/site#7`, else without its protocol. */
function shortened(href: string): string {
  const pull = /^https:\/\/github\.com\/([^/]+\/[^/]+)\/pull\/(\d+)$/.exec(href);
  return pull ? `${pull[1]}#${pull[2]}` : href.replace(/^https?:\/\//, '');
}
