import type { ReactNode } from 'react';
import { Text } from '../parts/Text.tsx';
import { Nothing } from '../parts/Time.tsx';

/** A plan with its project, as commands name it. */
export function PlanName({ plan, project }: { plan: string | null; project: string | null }): ReactNode {
  if (plan === null) return <Nothing />;
  return <Text>{project === null ? plan : `${project}:${plan}`}</Text>;
}
