-- A business key is found whatever its case, and by the number that it ends with: 8841 finds order-8841.
CREATE INDEX saga_business_key_lower ON sagascope.saga (lower(business_key) text_pattern_ops);
CREATE INDEX saga_business_key_number ON sagascope.saga (substring(business_key from '[0-9]+$'));
DROP INDEX sagascope.saga_business_key;
