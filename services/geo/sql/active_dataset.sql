SELECT id, cog FROM dataset WHERE active;
