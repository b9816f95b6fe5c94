import { ownValue } from '../ownValue.ts';
import { approvalOptions, gateOptions } from './approvalPolicy.ts';
import { backoffOptions } from './backoff.ts';
import { conditionOptions } from './condition.ts';
import { notifyOptions } from './notify.ts';
import type { Options } from './option.ts';
import { planOptions } from './plan.ts';
import { defaultOf } from './reference.ts';
import { runAsOptions } from './runAs.ts';
import { stepOptions } from './step.ts';

/** A type that editors show: what it is, the schema that it is the input of, its options, and those of them that are such types. */
interface Definition {
  says: string;
  schema: string;
  options: Options;
  inner?: Readonly<Record<string, string>>;
}

const definitions: Readonly<Record<string, Definition>> = {
  PlanDefinition: {
    says: 'What a plan file holds.',
    schema: "typeof import('./plan.ts').planFile",
    options: planOptions,
    inner: { notify: 'NotifyDefinition', steps: 'readonly StepDefinition[]' },
  },
  StepDefinition: {
    says: 'One entry of a plan.',
    schema: "typeof import('./step.ts').stepFile",
    options: stepOptions,
    inner: {
      when: 'ConditionDefinition',
      runAs: 'RunAsDefinition',
      backoff: 'BackoffDefinition',
      approval: 'ApprovalDefinition',
      gate: 'GateDefinition',
    },
  },
  ConditionDefinition: {
    says: 'When a step runs at all.',
    schema: "typeof import('./condition.ts').conditionFile",
    options: conditionOptions,
  },
  RunAsDefinition: {
    says: 'Whose rights a command has.',
    schema: "typeof import('./runAs.ts').runAsObject",
    options: runAsOptions,
  },
  BackoffDefinition: {
    says: 'The pauses between attempts.',
    schema: "typeof import('./backoff.ts').backoffFile",
    options: backoffOptions,
  },
  ApprovalDefinition: {
    says: 'When a step awaits approval, and how that is decided.',
    schema: "typeof import('./approvalPolicy.ts').approvalFile",
    options: approvalOptions,
  },
  GateDefinition: {
    says: 'How a step is approved before it runs.',
    schema: "typeof import('./approvalPolicy.ts').gateFile",
    options: gateOptions,
  },
  NotifyDefinition: {
    says: 'Which events of the runs of a plan you are notified of, and when.',
    schema: "typeof import('./notify.ts').notifyFile",
    options: notifyOptions,
  },
};

/** Writes the types of plan files with what the reference says of each option, so that editors show it. */
export function printDefinition(): string {
  const written = Object.entries(definitions).map(([name, definition]) => interfaceOf(name, definition));
  return `// Written by \`npm run generate\` from the options in this folder.\nimport type * as z from 'zod';\n\n${written.join('\n')}`;
}

function interfaceOf(name: string, { says, schema, options, inner = {} }: Definition): string {
  const input = name.replace('Definition', 'Input');
  const fields = Object.entries(options).map(([option, one]) => {
    const optional = one.file.isOptional() ? '?' : '';
    const own = `${input}['${option}']`;
    const within = ownValue(inner, option);
    const type = within === undefined ? own : optional ? `Exclude<${own}, object> | ${within}` : within;
    const shown = defaultOf(one);
    const text = plainText(shown === '' ? one.text : `${one.text} @default ${shown}`);
    return `  /** ${text} */\n  ${option}${optional}: ${type};\n`;
  });
  return `type ${input} = z.input<${schema}>;\n\n/** ${says} */\nexport interface ${name} {\n${fields.join('')}}\n`;
}

/** Takes out where the links of the reference lead: an editor could not follow them. */
function plainText(markdown: string): string {
  return markdown.replace(/\[([^[\]]+)\]\([^()]+\)/g, '$1').replaceAll('*/', '*\\/');
}
