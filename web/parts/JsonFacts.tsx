import type { ReactNode } from 'react';
import { copyTexts } from '../texts/parts.ts';
import { CopyButton } from './CopyButton.tsx';
import { Facts } from './Facts.tsx';
import { Section } from './Section.tsx';
import { OutputLink } from './Text.tsx';

/** An object of JSON, such as inputs, a name and its value a line; nothing where there is none. */
export function JsonFacts({ title, value }: { title: string; value: unknown }): ReactNode {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return null;
  return (
    <Section
      title={title}
      tools={<CopyButton text={JSON.stringify(value, null, 2)}>{copyTexts.copyJson}</CopyButton>}
    >
      <Facts
        facts={Object.entries(value).map(([name, one]) => [
          name,
          <code key={name}>{typeof one === 'string' ? <OutputLink uri={one} /> : JSON.stringify(one)}</code>,
        ])}
      />
    </Section>
  );
}
