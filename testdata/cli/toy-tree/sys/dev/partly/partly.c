int partly;
