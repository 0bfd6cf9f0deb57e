import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './api';

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
