import type { ReactNode } from 'react';
import { AskError } from '../../data/askError.ts';
import { signInPath } from '../../data/base.ts';
import { stateTexts } from '../../texts/parts.ts';
import { Text } from '../Text.tsx';
import css from './states.module.css';

/** Says why something could not be read, and what to do. */
export function Problem({ error, onRetry }: { error: unknown; onRetry?: () => void }): ReactNode {
  const problem = error instanceof AskError ? error.problem : 'refused';
  const said =
    error instanceof Error && (problem === 'refused' || problem === 'forbidden') ? error.message : '';
  return (
    <div className={css.state} role="alert">
      <h2>{stateTexts.titles[problem]}</h2>
      {said !== '' && (
        <p>
          <Text>{said}</Text>
        </p>
      )}
      <p className="muted">{stateTexts.advice[problem]}</p>
      {error instanceof AskError && error.requestId !== undefined && (
        <p className="muted">{stateTexts.requestId(error.requestId)}</p>
      )}
      <Way problem={problem} onRetry={onRetry} />
    </div>
  );
}

function Way({ problem, onRetry }: { problem: string; onRetry: (() => void) | undefined }): ReactNode {
  if (problem === 'signedOut')
    return (
      <a className="button primary" href={signInPath()}>
        {stateTexts.signIn}
      </a>
    );
  if (problem === 'outdated')
    return (
      <button type="button" className="primary" onClick={() => window.location.reload()}>
        {stateTexts.reload}
      </button>
    );
  if (onRetry === undefined) return null;
  return (
    <button type="button" onClick={onRetry}>
      {stateTexts.retry}
    </button>
  );
}
