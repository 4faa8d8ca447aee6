import type { JsonObject } from '../json.ts';

/** A CI job or service that may ask for statements of one software by the token its platform gives it. */
export type Workload = {
  readonly id: string;
  readonly softwareId: string;
  readonly publisherId: string;
  readonly label: string;
  /** What its token must say, in the form `parseWorkloadRules` reads (rules.ts). */
  readonly rules: JsonObject;
  /** Whether it may file submissions for new versions too, or only collect statements for what was approved. */
  readonly mayFile: boolean;
  readonly state: 'active' | 'ended';
  readonly createdBy: string;
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly version: number;
};
