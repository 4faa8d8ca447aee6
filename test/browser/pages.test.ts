import { lookAtPages } from './support/look-at-pages.ts';
import { isOperators } from './support/operators-pages.ts';

lookAtPages((path) => !isOperators(path));
