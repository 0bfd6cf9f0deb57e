import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api';

/** A submit that is under way, and what the server said against it, by field. */
export function useSubmit(submit: () => Promise<void>) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<ApiError | null>(null);

  const run = async () => {
    setBusy(true);
    setRefusal(null);
    try {
      await submit();
    } catch (error) {
      setRefusal(error instanceof ApiError ? error : new ApiError(0, t('error.network')));
    } finally {
      setBusy(false);
    }
  };

  return {
    busy,
    refusal,
    /** What is wrong with one field, in the server's words. */
    of: (field: string) => refusal?.fields[field] ?? null,
    /** What is wrong in general, when no field of this form is named. */
    general: (...fields: string[]) => (refusal && !fields.some((field) => refusal.fields[field]) ? refusal.message : null),
    onSubmit: (event: { preventDefault: () => void }) => {
      event.preventDefault();
      if (!busy) void run();
    },
    run,
  };
}
