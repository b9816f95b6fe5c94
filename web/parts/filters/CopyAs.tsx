import type { ReactNode } from 'react';
import type { TypedDocumentString } from '../../generated/graphql.ts';
import { filterTexts } from '../../texts/parts.ts';
import { CopyButton } from '../CopyButton.tsx';
import { PopupButton } from '../popup/PopupButton.tsx';
import { toCurl, toGraphql } from './copyAs.ts';
import type { FilterFields, FilterValues } from './fields.ts';
import { toCommand } from './toCommand.ts';

/** Copies what a view shows as a command, an operation of GraphQL or a request. */
export function CopyAs<Result, Variables, Fields extends FilterFields>({
  command,
  fields,
  values,
  document,
  variables,
}: {
  /** The command that lists the same, e.g. `nightshift list`. */
  command: string;
  fields: Fields;
  values: FilterValues<Fields>;
  document: TypedDocumentString<Result, Variables>;
  variables: Variables;
}): ReactNode {
  return (
    <PopupButton label={filterTexts.copyAs}>
      <CopyButton text={() => toCommand(command, fields, values)}>{filterTexts.command}</CopyButton>
      <CopyButton text={() => toGraphql(document, variables)}>{filterTexts.graphql}</CopyButton>
      <CopyButton text={() => toCurl(document, variables)}>{filterTexts.curl}</CopyButton>
    </PopupButton>
  );
}
