#ifndef _CAM_CAM_CCB_H_
#define	_CAM_CAM_CCB_H_
#include <cam/cam.h>
struct cam_path;
struct cam_periph;
union ccb;
typedef enum { XPT_NOOP = 0x00, XPT_SCSI_IO = 0x01, XPT_PATH_INQ = 0x04 } xpt_opcode;
typedef union {
	void		*ptr;
	u_long		field;
} ccb_priv_entry;
typedef union {
	ccb_priv_entry	entries[2];
} ccb_spriv_area;
struct ccb_hdr {
	void		(*cbfcnp)(struct cam_periph *, union ccb *);
	xpt_opcode	func_code;
	u_int32_t	status;
	struct cam_path	*path;
	u_int32_t	flags;
	ccb_spriv_area	sim_priv;
};
#define	spriv_ptr0	sim_priv.entries[0].ptr
struct ccb_scsiio {
	struct ccb_hdr	ccb_h;
	u_int8_t	*data_ptr;
	u_int32_t	dxfer_len;
};
union ccb {
	struct ccb_hdr		ccb_h;
	struct ccb_scsiio	csio;
};
#endif
