/* What makes a function of these drivers a long one: the registers that are written between two transfers. */
#define	WRITE_REGISTERS(mem) do {			\
	bus_write_4(mem, 0x10, 1);			\
	bus_write_4(mem, 0x14, 1);			\
	bus_write_4(mem, 0x18, 1);			\
	bus_write_4(mem, 0x1c, 1);			\
	bus_write_4(mem, 0x20, 1);			\
	bus_write_4(mem, 0x24, 1);			\
	bus_write_4(mem, 0x28, 1);			\
	bus_write_4(mem, 0x2c, 1);			\
	bus_write_4(mem, 0x30, 1);			\
	bus_write_4(mem, 0x34, 1);			\
	bus_write_4(mem, 0x38, 1);			\
	bus_write_4(mem, 0x3c, 1);			\
	bus_write_4(mem, 0x40, 1);			\
	bus_write_4(mem, 0x44, 1);			\
	bus_write_4(mem, 0x48, 1);			\
	bus_write_4(mem, 0x4c, 1);			\
	bus_write_4(mem, 0x50, 1);			\
	bus_write_4(mem, 0x54, 1);			\
} while (0)
