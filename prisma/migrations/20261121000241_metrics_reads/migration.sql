-- What a scrape counts: sagas that go back and still owe something, and the ends of interventions.
CREATE INDEX saga_owing ON sagascope.saga (tenant_id, saga_type) WHERE going_back AND outstanding > 0;
CREATE INDEX journal_end ON sagascope.journal (type, intervention_id) WHERE type IN
  ('InterventionVerified', 'InterventionRecorded', 'InterventionRejected', 'InterventionCancelled',
   'InterventionExpired', 'InterventionHalted', 'CallFailed', 'CallDeadLettered', 'NoEvidenceFound');
