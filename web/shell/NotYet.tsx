import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { shellWord } from '../../contract/text/shellWord.ts';
import { basePath } from '../data/base.ts';
import { notYetTexts, shellTexts } from '../texts/shell.ts';
import css from './NotYet.module.css';
import { useTitle } from './useTitle.ts';

/** Stands where a view is still to come: what shows the same today. */
export function NotYet({
  title,
  command,
  commandOf = (key) => `nightshift view ${key}`,
}: {
  title: string;
  command?: string;
  /** The command for one of them. */
  commandOf?: (key: string) => string;
}): ReactNode {
  const { '*': key = '' } = useParams();
  const heading = key === '' ? title : `${title}: ${key}`;
  useTitle(heading);
  return (
    <div className={css.notYet}>
      <h1>
        <bdi>{heading}</bdi>
      </h1>
      <p>{notYetTexts.text}</p>
      <ul>
        <li>
          {key === '' || title !== shellTexts.views.runs ? (
            <Link to="/tasks">{notYetTexts.tasks}</Link>
          ) : (
            <Link to={{ pathname: '/tasks', search: new URLSearchParams({ run: key }).toString() }}>
              {notYetTexts.tasksOfRun(key)}
            </Link>
          )}
        </li>
        <li>
          <a href={`${basePath}graphql`}>{notYetTexts.graphiql}</a>
        </li>
        {command !== undefined && (
          <li>
            {notYetTexts.command} <code>{key === '' ? command : commandOf(shellWord(key))}</code>
          </li>
        )}
      </ul>
    </div>
  );
}
