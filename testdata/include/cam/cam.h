#ifndef _CAM_CAM_H_
#define	_CAM_CAM_H_
#include <sys/param.h>
typedef enum { CAM_REQ_INPROG = 0, CAM_REQ_CMP = 1, CAM_REQ_CMP_ERR = 4, CAM_REQ_INVALID = 6 } cam_status;
#define	CAM_DIR_IN	0x00000040
#define	CAM_DIR_OUT	0x00000080
#endif
