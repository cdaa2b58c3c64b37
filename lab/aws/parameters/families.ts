/** Parameter group families, oldest first. The last is the lab's invention for the newest MySQL it can run. */
export const FAMILIES = ['aurora-mysql5.7', 'aurora-mysql8.0', 'aurora-mysql8.4', 'aurora-mysql9.7'] as const;

export type Family = (typeof FAMILIES)[number];

export function isFamily(name: string): name is Family {
  return (FAMILIES as readonly string[]).includes(name);
}

/** Family of an engine version such as `8.0.mysql_aurora.3.08.2`, or undefined when it is none that the lab knows. */
export function familyOf(engineVersion: string): Family | undefined {
  const numbers = engineVersion.split('.').slice(0, 2).join('.');
  return FAMILIES.find((family) => family === `aurora-mysql${numbers}`);
}
