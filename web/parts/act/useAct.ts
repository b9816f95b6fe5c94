import { useState } from 'react';
import { ask } from '../../data/ask.ts';
import { AskError } from '../../data/askError.ts';
import type { TypedDocumentString } from '../../generated/graphql.ts';
import { stateTexts } from '../../texts/parts.ts';
import { announce } from '../announce.ts';

/** What is wrong with one field of an input. */
export interface InputIssue {
  path: readonly string[];
  message: string;
  type: string;
}

/** Why something was not done, in words. */
export interface Refusal {
  text: string;
  /** The kind of the refusal, e.g. `PersonRefusedError`; undefined where the request as a whole failed. */
  kind?: string;
  issues: readonly InputIssue[];
}

/** One of the answers to a mutation that did something. */
export type Done<Result> = Exclude<Result[keyof Result], { message: string }>;

/** Something that can be done by a press of a button. */
export interface Act<Variables> {
  isBusy: boolean;
  refusal: Refusal | undefined;
  run(variables: Variables): void;
  /** Says why it cannot be sent as it is filled in. */
  refuse(text: string): void;
}

/**
 * Sends a mutation when asked to, and keeps why it was refused. What came of it is for `onDone` to show and to announce;
 * `onRefused` is for what others may have done meanwhile.
 */
export function useAct<Result extends object, Variables>(
  document: TypedDocumentString<Result, Variables>,
  onDone: (done: Done<Result>) => void,
  onRefused?: () => void,
): Act<Variables> {
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const send = async (variables: Variables) => {
    setBusy(true);
    setRefusal(undefined);
    const answer = await attempt(document, variables);
    setBusy(false);
    if ('done' in answer) return onDone(answer.done);
    refuse(answer.refusal);
    onRefused?.();
  };
  const refuse = (why: Refusal) => {
    setRefusal(why);
    announce(why.text);
  };
  return {
    isBusy,
    refusal,
    run: (variables) => void send(variables),
    refuse: (text) => refuse({ text, issues: [] }),
  };
}

async function attempt<Result extends object, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<{ done: Done<Result> } | { refusal: Refusal }> {
  try {
    const [answer] = Object.values(await ask(document, variables)) as { __typename: string }[];
    if (answer === undefined || !('message' in answer)) return { done: answer as Done<Result> };
    return { refusal: readRefusal(answer as RefusalAnswer) };
  } catch (error) {
    return { refusal: { text: describeFailure(error), issues: [] } };
  }
}

interface RefusalAnswer {
  __typename: string;
  message: string;
  issues?: readonly InputIssue[];
}

function readRefusal({ __typename: kind, message, issues = [] }: RefusalAnswer): Refusal {
  const text = issues.map((issue) => [issue.path.join('.'), issue.message].filter(Boolean).join(': '));
  return { kind, issues, text: text.length === 0 ? message : text.join('\n') };
}

function describeFailure(error: unknown): string {
  if (!(error instanceof AskError)) return stateTexts.titles.refused;
  if (error.problem === 'refused' || error.problem === 'forbidden') return error.message;
  return `${stateTexts.titles[error.problem]}. ${stateTexts.advice[error.problem]}`;
}
