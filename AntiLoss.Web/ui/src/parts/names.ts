type Words = (key: string, options?: Record<string, unknown>) => string;

/** Rules and phones act too; their names are words. */
export const actorName = (name: string, t: Words) => t(`actor.${name}`, { defaultValue: name });

/** What an alert is about: a tamper's reason, or one of its own. */
export const alertName = (kind: string, t: Words) => t(`alertKind.${kind}`, { defaultValue: t(`tamper.${kind}`, { defaultValue: kind }) });
