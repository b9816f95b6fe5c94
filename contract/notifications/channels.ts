import { type ChannelName, type ChannelVariable, channelFacts } from '../words/notifications.ts';

type VariablesOf<N extends ChannelName> = (typeof channelFacts)[N]['variables'];
type ValueOf<V> = V extends { kind: 'recipients' } ? readonly string[] : string;

/** The variables of a channel with their values. Each of its recipients gets a delivery; one without a list has one receiver. */
export type ChannelSettings<N extends ChannelName> = {
  readonly [V in keyof VariablesOf<N>]: ValueOf<VariablesOf<N>[V]>;
};

/** The channels that are configured. */
export type DeliveryConfig = { readonly [N in ChannelName]?: ChannelSettings<N> };

/** The name of a variable of any channel. */
export type ChannelVariableName = { [N in ChannelName]: keyof VariablesOf<N> }[ChannelName];

/** The variables of all channels. */
export const channelVariables = Object.values(channelFacts).flatMap(({ variables }) =>
  Object.entries<ChannelVariable>(variables).map(([name, facts]) => ({
    name: name as ChannelVariableName,
    ...facts,
  })),
);
