import { firstStartOnWorkerd } from './support/first-start-workerd.ts';
import { fromNothing } from './support/from-nothing.ts';

fromNothing(firstStartOnWorkerd);
