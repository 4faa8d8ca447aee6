import { operatorPages } from '../../../src/http/console/pages/operator/table.ts';

/** The pages are looked at by two test files at the same time: this is how they share them. */
export function isOperators(path: string): boolean {
  return operatorPages.some((page) => page.path === path);
}
