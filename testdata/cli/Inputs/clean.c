/* Nothing to be found. */
#include "kernel.h"

int	cli_number(void);

int
cli_number(void)
{
	return (4);
}
