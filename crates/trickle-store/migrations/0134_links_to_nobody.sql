-- Who was linked to a user of a connection while that one was removed could be left linked to nobody.
UPDATE users SET linked_to = NULL WHERE linked_to IS NOT NULL AND NOT EXISTS
    (SELECT 1 FROM users AS primaries WHERE primaries.tenant_id = users.tenant_id AND primaries.id = users.linked_to);
