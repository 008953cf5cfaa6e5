CREATE TABLE third ();
