/** One thing that is known, by a short name. */
export type Fact = readonly [name: string, value: string, more?: FactMore];

/** Names of facts that only begin a line. */
export const bullets: ReadonlySet<string> = new Set(['·', '…']);

/** What belongs to a fact. */
export interface FactMore {
  /** Where to see it. */
  url?: string | undefined;
  /** For how many things it stands, where a list ends with the rest. @default 1 */
  stands?: number;
}

/** What a notification says, for every channel to lay out in its way. */
export interface Message {
  /** One line of plain text, such as `Task seo.validate awaiting approval`. */
  title: string;
  /** The same with the one link that matters most, as Slack has always been told. */
  text: string;
  /** More that is known. */
  facts: readonly Fact[];
  links: readonly { label: string; url: string }[];
  /** The last words of a command, or other text to show as it is. */
  excerpt: string | null;
  /** What the email webhook gets. */
  email: object;
  /** What happened, for programs: see `typeOf`. */
  type: string;
  /** What programs get with it. */
  data: object;
}

/** What is written of a notification; its type comes of its kind. */
export type MessageContent = Omit<Message, 'type'>;
