#ifndef _USB_USBDI_H_
#define	_USB_USBDI_H_
#include <sys/param.h>
#include <sys/queue.h>
struct mtx;
struct usb_device;
struct usb_proc_msg;
struct usb_process;
struct usb_xfer;
typedef uint8_t		usb_error_t;
typedef void (usb_callback_t)(struct usb_xfer *, usb_error_t);
typedef void (usb_proc_callback_t)(struct usb_proc_msg *);
struct usb_config {
	usb_callback_t	*callback;
	uint32_t	bufsize;
	uint32_t	frames;
	uint32_t	timeout;
	uint8_t		type;
	uint8_t		endpoint;
	uint8_t		direction;
};
struct usb_proc_msg {
	TAILQ_ENTRY(usb_proc_msg) pm_qentry;
	usb_proc_callback_t	*pm_callback;
	uint32_t		pm_num;
};
#define	USB_ST_SETUP		0
#define	USB_ST_TRANSFERRED	1
#define	USB_ST_ERROR		2
#define	USB_GET_STATE(xfer)	(usbd_xfer_state(xfer))
usb_error_t usbd_transfer_setup(struct usb_device *udev, const uint8_t *ifaces, struct usb_xfer **pxfer,
	    const struct usb_config *setup_start, uint16_t n_setup, void *priv_sc, struct mtx *priv_mtx);
void	usbd_transfer_start(struct usb_xfer *xfer);
void	usbd_transfer_submit(struct usb_xfer *xfer);
void	*usbd_xfer_softc(struct usb_xfer *xfer);
uint8_t	usbd_xfer_state(struct usb_xfer *xfer);
void	*usb_proc_msignal(struct usb_process *up, void *pm0, void *pm1);
#endif
