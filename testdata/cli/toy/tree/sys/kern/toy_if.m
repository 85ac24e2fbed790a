INTERFACE toy;
METHOD int play { device_t dev; };
