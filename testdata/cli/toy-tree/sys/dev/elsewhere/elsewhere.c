int elsewhere;
