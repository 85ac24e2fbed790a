/* The toy kernel has nothing of its own for a machine; the folder makes amd64 one of its architectures. */
