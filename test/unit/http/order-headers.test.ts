import { describe, expect, it } from 'vitest';
import { orderHeaders } from '../../../shared/http/order-headers.ts';
import { aRequestId } from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';

const state = { requestId: aRequestId, replayed: false, nextCheckAt: aMoment + 61_001, now: aMoment };

describe('the headers of an order', () => {
  it('say where it stands and in how many whole seconds to ask again, until it is settled', () => {
    const location = `/v1/limit-increases/${aRequestId}`;
    expect(orderHeaders(state, false)).toEqual({ location, 'retry-after': '62' });
    expect(orderHeaders(state, true)).toEqual({});
  });

  it.each([aMoment, aMoment - 60_000, aMoment + 1, undefined])('never say less than a second: %j', (nextCheckAt) => {
    expect(orderHeaders({ ...state, nextCheckAt }, false)).toMatchObject({ 'retry-after': '1' });
  });

  it('say that it is a replay, and only then', () => {
    expect(orderHeaders({ ...state, replayed: true }, true)).toEqual({ 'idempotent-replayed': 'true' });
    expect(orderHeaders({ ...state, replayed: true }, false)).toMatchObject({ 'idempotent-replayed': 'true' });
  });
});
