import { load } from 'cheerio';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { policyDefaults } from '../../../contract/plan/approvalPolicy.ts';
import { visibleText } from '../../../contract/text/visibleText.ts';
import type { Approval } from '../../../domain/approvals/approval.ts';
import { writeLinkPage } from '../../../server/approvals/page.ts';
import type { LinkCard } from '../../../server/approvals/readCard.ts';
import { sized } from '../../support/form.ts';
import { hostileCharacters } from '../../support/hostileText.ts';
import { checks, details } from './support.ts';

const now = new Date('2025-01-15T02:30:00Z');
const head = 'a'.repeat(40);

/** All texts of a card that others choose. */
interface Texts {
  title: string;
  branch: string;
  label: string;
  check: string;
  path: string;
  reviewer: string;
  voter: string;
  note: string;
  excerpt: string;
  output: string;
  why: string;
}

const fragments = [
  '<script>alert(1)</script>',
  '</textarea><b>',
  '</title></style><img src=x onerror=alert(1)>',
  '" autofocus onfocus="alert(1)',
  "' style='color:red",
  '&lt;b&gt;&#60;i&#62;',
  '<!-- ',
  ']]>',
  'javascript:alert(1)',
  'https://evil.example/',
  'בדיקה',
  'x'.repeat(5000),
  '\ud800',
  ...hostileCharacters.map(([, character]) => character),
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...fragments), fc.string({ unit: 'binary', maxLength: 20 })), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

it('Nothing that others have written is markup on the page of a link, turns it around, or leads elsewhere', () => {
  const plain = shapeOf(pageOf(sameText('plain')));
  const plainEnded = shapeOf(pageOf(sameText('plain'), true));
  const texts = fc.record<Texts>({
    title: hostile,
    branch: hostile,
    label: hostile,
    check: hostile,
    path: hostile,
    reviewer: hostile,
    voter: hostile,
    note: hostile,
    excerpt: hostile,
    output: hostile,
    why: hostile,
  });
  fc.assert(
    fc.property(texts, fc.boolean(), (given, isEnded) => {
      // What is empty is left out, and is no more than that.
      const filled = Object.fromEntries(
        Object.entries(given).map(([name, value]) => [name, `${value}.`]),
      ) as unknown as Texts;
      const page = pageOf(filled, isEnded);
      const $ = load(page);
      expect(shapeOf(page)).toEqual(isEnded ? plainEnded : plain);
      // The field has what whoever looks has written, as it was.
      $('textarea').remove();
      const said = $('body').text() + $('title').text();
      expect(said).not.toMatch(/\p{Bidi_Control}/u);
      const attributes = $('*')
        .toArray()
        .flatMap((one) => Object.keys($(one).attr() ?? {}));
      expect(attributes.filter((name) => /^on|^style$/.test(name))).toEqual([]);
      // What the task itself links to is shown whole.
      for (const one of $('a').toArray()) {
        const href = $(one).attr('href') ?? '';
        if (href !== $(one).text()) expect(new URL(href).host).toBe('github.com');
        else expect(href).toBe(filled.output);
      }
      if (!isEnded) expect(said).toContain(asRead(visibleText(filled.title)));
    }),
    { numRuns: sized({ short: 150, full: 2000 }) },
  );
});

/** A text as a browser reads it from a page. */
function asRead(text: string): string {
  return load(`<p>${text.toWellFormed().replace(/[&<>]/g, (one) => `&#${one.charCodeAt(0)};`)}</p>`)(
    'p',
  ).text();
}

/** The elements of a page with the names of their attributes, in order, without links. */
function shapeOf(page: string): string[] {
  const $ = load(page);
  return $('*')
    .not('a')
    .toArray()
    .map((one) => `${$(one).prop('tagName')} ${Object.keys($(one).attr() ?? {}).join(' ')}`);
}

function sameText(text: string): Texts {
  return {
    title: text,
    branch: text,
    label: text,
    check: text,
    path: text,
    reviewer: text,
    voter: text,
    note: text,
    excerpt: text,
    output: text,
    why: text,
  };
}

function pageOf(texts: Texts, isEnded = false): string {
  return writeLinkPage(cardOf(texts, isEnded), {
    formToken: 'form',
    asksForViewer: false,
    problem: texts.why,
    note: texts.note,
    hasPage: false,
    now,
  });
}

/** A card that shows all of these texts. */
function cardOf(texts: Texts, isEnded: boolean): LinkCard {
  const approval: Approval = {
    id: 1,
    taskId: 1,
    kind: 'output',
    state: isEnded ? 'rejected' : 'pending',
    policy: { ...policyDefaults, approvers: [texts.voter], required: 2, denySelf: true },
    requestedAt: now.toISOString(),
    expiresAt: now.toISOString(),
    endedAt: isEnded ? now.toISOString() : null,
    escalatedAt: null,
    staleAt: null,
    voters: [texts.voter],
    startedBy: texts.voter,
    pullRequest: {
      host: 'github.com',
      owner: 'isle',
      repo: 'light',
      number: 7,
      headSha: head,
      state: 'open',
      author: texts.reviewer,
      isOwn: true,
      unreadable: null,
      checkedAt: null,
    },
    pullAction: { action: `label:${texts.label}`, state: 'failed', error: texts.why },
    remark: null,
    version: 1,
  };
  return {
    host: 'github.com',
    run: {
      runId: 'nightly',
      createdAt: now.toISOString(),
      startedBy: texts.voter,
      plan: texts.branch,
      project: texts.label,
      counts: {},
      startedAt: null,
      finishedAt: null,
      status: 'awaiting_approval',
      version: 1,
      durationMs: null,
    },
    link: {
      taskId: 1,
      approvalId: 1,
      recipient: texts.voter,
      usedAt: null,
      sentHead: 'b'.repeat(40),
      isOpen: !isEnded,
      needsViewer: null,
      needsPerson: false,
      task: {
        id: 1,
        task: texts.title,
        runId: texts.branch,
        status: isEnded ? 'failed' : 'awaiting_approval',
        startedAt: null,
        finishedAt: null,
        durationMs: null,
        inputs: null,
        outputsUri: texts.output,
        logExcerpt: texts.excerpt,
        approvalState: isEnded ? 'rejected' : 'pending',
        approver: isEnded ? texts.voter : null,
        approvalNote: texts.note,
      } as unknown as LinkCard['link']['task'],
      reason: texts.why,
      remarks: [texts.why],
      approval,
      decision: isEnded
        ? {
            action: 'reject',
            viewer: texts.voter,
            actingFor: texts.reviewer,
            via: 'link',
            head,
            decidedAt: now.toISOString(),
            note: texts.note,
          }
        : null,
    },
    open: isEnded
      ? null
      : {
          rights: {
            whyNot: { approve: texts.why, reject: null, cancel: null },
            hasVoted: false,
            isLast: false,
            actingFor: null,
            needsFreshSignIn: false,
            missing: 1,
            stillMay: [texts.voter],
          },
          consequence: { text: texts.label, pullAction: null, runs: null, releases: 0 },
          kept: {
            details: {
              ...details,
              title: texts.title,
              headRef: texts.branch,
              baseRef: texts.branch,
              labels: [texts.label],
              reviews: [{ reviewer: texts.reviewer, state: 'approved' }],
            },
            checks: {
              ...checks,
              problem: texts.why,
              named: [{ name: texts.check, state: 'failed', isRequired: true, url: texts.output }],
            },
            files: { largest: [{ path: texts.path, additions: 1, deletions: 2 }], seen: 1, isComplete: true },
            problem: texts.why,
            readAt: now.toISOString(),
          },
          detailsProblem: texts.why,
          isBeingRead: false,
          voidVotes: [{ viewer: texts.voter, headSha: head, compareUrl: texts.output }],
          problem: texts.why,
        },
  };
}
