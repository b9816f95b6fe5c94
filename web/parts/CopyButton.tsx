import { type ReactNode, useState } from 'react';
import { copyTexts } from '../texts/parts.ts';
import { announce } from './announce.ts';
import { copyText } from './copy.ts';

/** Copies a text, and says so. */
export function CopyButton({
  text,
  children,
}: {
  text: string | (() => string);
  children: ReactNode;
}): ReactNode {
  const [done, setDone] = useState<boolean>();
  const copy = async () => {
    const ok = await copyText(typeof text === 'string' ? text : text());
    setDone(ok);
    announce(ok ? copyTexts.copied : copyTexts.failed);
    setTimeout(() => setDone(undefined), 2000);
  };
  return (
    <button type="button" onClick={() => void copy()}>
      {done === undefined ? children : done ? copyTexts.copied : copyTexts.failed}
    </button>
  );
}
