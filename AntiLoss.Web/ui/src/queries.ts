import { QueryClient, queryOptions } from '@tanstack/react-query';
import { ApiError, api } from './api';

/** What was read from the server. A refusal is an answer and is not asked for again; a dead line is, twice. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => !(error instanceof ApiError && error.status < 500) && count < 2,
    },
  },
});

export const whoIsThere = queryOptions({ queryKey: ['session'], queryFn: api.session, staleTime: 60_000 });
export const baseMaps = queryOptions({ queryKey: ['basemaps'], queryFn: api.baseMaps, retry: false, refetchInterval: 60_000, staleTime: 60_000 });
