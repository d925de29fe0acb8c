-- Second factors are found by their ids alone, too, as `/guardian/enrollments/{id}` names them.
CREATE INDEX second_factors_id ON second_factors (tenant_id, id);
