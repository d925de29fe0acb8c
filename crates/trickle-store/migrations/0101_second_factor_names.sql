-- What people or administrators call a second factor.
ALTER TABLE second_factors ADD COLUMN name TEXT;
