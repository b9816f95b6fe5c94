import { htmlEscape } from 'escape-goat';
import type { FastifyReply } from 'fastify';
import { document, pageHeaders } from '../approvals/document.ts';

/** Why nobody was signed in, and what to do. */
export interface SignInProblem {
  status: number;
  title: string;
  /** What happened, and what to do next. */
  text: string;
  /** Where to begin again; nothing where that helps nobody. */
  again?: string | undefined;
}

/** Answers with a page that says why nobody was signed in. */
export function answerProblem(
  reply: FastifyReply,
  { status, title, text, again }: SignInProblem,
): FastifyReply {
  const body = [
    htmlEscape`<h1>${title}</h1>\n<p class="problem" role="alert">${text}</p>`,
    again === undefined ? '' : htmlEscape`<p><a href="${again}">Sign in again</a></p>`,
  ];
  return reply
    .code(status)
    .headers(pageHeaders)
    .send(document(title, body.join('\n')));
}
