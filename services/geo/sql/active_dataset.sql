SELECT id, cog, base FROM dataset WHERE active;
