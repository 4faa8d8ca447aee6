import type { Person } from '../../domain/publisher.ts';
import type { Issuer } from '../issuer.ts';
import { invitationOf, type NewInvitation } from './invitation-link.ts';
import type { WholePart } from './session-plan.ts';

/**
 * The one-time link by which the first operator gets into the console: printed by the first start and by `imprimatur recover-operator`, for whoever
 * controls the machine. The operator's token for the command line is another thing and stays.
 */
export function setUpLink(issuer: Issuer, { id, name, email }: Person): WholePart & NewInvitation {
  return invitationOf(issuer, 'issuer', {
    purpose: 'set_up',
    personId: id,
    name,
    email,
    // They have their roles already.
    roles: [],
    publisherId: null,
  });
}
