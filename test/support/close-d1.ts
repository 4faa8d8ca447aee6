import { afterAll } from 'vitest';
import { closeTestD1 } from './d1.ts';

afterAll(closeTestD1);
