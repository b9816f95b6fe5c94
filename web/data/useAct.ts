import { useState } from 'react';
import type { TypedDocumentString } from '../generated/graphql.ts';
import { stateTexts } from '../texts/parts.ts';
import { ask } from './ask.ts';
import { AskError } from './askError.ts';

/** A mutation that somebody makes by hand. */
export interface Act<Result, Variables> {
  isBusy: boolean;
  /** Why it was not done, for people; undefined while nothing went wrong. */
  problem: string | undefined;
  /** Sends it; gives undefined where no answer came, which `problem` says then. */
  send(variables: Variables): Promise<Result | undefined>;
  /** Says why the server did not do it, of an answer that is no success. */
  refuse(message: string): void;
}

/** Sends mutations one at a time. */
export function useAct<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
): Act<Result, Variables> {
  const [isBusy, setBusy] = useState(false);
  const [problem, refuse] = useState<string>();
  return {
    isBusy,
    problem,
    refuse,
    async send(variables) {
      setBusy(true);
      refuse(undefined);
      try {
        return await ask(document, variables);
      } catch (error) {
        refuse(wordsFor(error));
        return undefined;
      } finally {
        setBusy(false);
      }
    },
  };
}

function wordsFor(error: unknown): string {
  if (!(error instanceof AskError)) throw error;
  const { problem, message } = error;
  if (problem === 'refused' || problem === 'forbidden') return message;
  return `${stateTexts.titles[problem]}. ${stateTexts.advice[problem]}`;
}
