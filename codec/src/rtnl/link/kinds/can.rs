//! `can`: Controller Area Network, with CAN FD and CAN XL.

use crate::nest::Nest;
use crate::value::{Array, Struct};

attributes! {
    /// Settings and state of a CAN controller.
    pub Can "IFLA_CAN_" {
        /// Bit timing of the arbitration phase.
        1 => BITTIMING: Struct<CanBittiming>,
        /// Hardware limits of the bit timing.
        2 => BITTIMING_CONST: Struct<CanBittimingConst>,
        /// Clock of the controller.
        3 => CLOCK: Struct<CanClock>,
        /// Error state.
        4 => STATE: CanState,
        /// Controller modes.
        5 => CTRLMODE: Struct<CanCtrlmode>,
        /// Delay of the automatic restart after bus-off, in ms; 0 disables it.
        6 => RESTART_MS: u32,
        /// Immediate restart after bus-off (request only); the value is ignored.
        7 => RESTART: u32,
        /// Error counters.
        8 => BERR_COUNTER: Struct<CanBerrCounter>,
        /// Bit timing of the CAN FD data phase.
        9 => DATA_BITTIMING: Struct<CanBittiming>,
        /// Hardware limits of the CAN FD data bit timing.
        10 => DATA_BITTIMING_CONST: Struct<CanBittimingConst>,
        /// Termination resistor in ohms; 0 for none.
        11 => TERMINATION: u16,
        /// Termination resistors that can be selected, in ohms.
        12 => TERMINATION_CONST: Array<u16>,
        /// Bit rates supported, in bit/s, by a controller with a fixed set of them.
        13 => BITRATE_CONST: Array<u32>,
        /// Data phase bit rates supported, in bit/s, by a controller with a fixed set of them.
        14 => DATA_BITRATE_CONST: Array<u32>,
        /// Maximum bit rate of the transceiver, in bit/s.
        15 => BITRATE_MAX: u32,
        /// Transmitter delay compensation of CAN FD.
        16 => TDC: Nest<CanTdc>,
        /// Controller modes supported.
        17 => CTRLMODE_EXT: Nest<CanCtrlmodeExt>,
        /// Bit timing of the CAN XL data phase.
        18 => XL_DATA_BITTIMING: Struct<CanBittiming>,
        /// Hardware limits of the CAN XL data bit timing.
        19 => XL_DATA_BITTIMING_CONST: Struct<CanBittimingConst>,
        /// CAN XL data phase bit rates supported, in bit/s, by a controller with a fixed set of
        /// them.
        20 => XL_DATA_BITRATE_CONST: Array<u32>,
        /// Transmitter delay compensation of CAN XL.
        21 => XL_TDC: Nest<CanTdc>,
        /// Pulse width modulation of CAN XL transceivers.
        22 => XL_PWM: Nest<CanPwm>,
    }
}

attributes! {
    /// Transmitter delay compensation, in clock periods.
    pub CanTdc "IFLA_CAN_TDC_" {
        /// Minimum of the compensation value, in clock periods.
        1 => TDCV_MIN: u32,
        /// Maximum of the compensation value, in clock periods.
        2 => TDCV_MAX: u32,
        /// Minimum of the compensation offset, in clock periods.
        3 => TDCO_MIN: u32,
        /// Maximum of the compensation offset, in clock periods.
        4 => TDCO_MAX: u32,
        /// Minimum of the filter window, in clock periods.
        5 => TDCF_MIN: u32,
        /// Maximum of the filter window, in clock periods.
        6 => TDCF_MAX: u32,
        /// Compensation value: measured or configured transmitter delay, in clock periods.
        7 => TDCV: u32,
        /// Compensation offset: distance from the start of the received bit to the secondary sample
        /// point.
        8 => TDCO: u32,
        /// Filter window: minimum position of the secondary sample point for compensation to apply.
        9 => TDCF: u32,
    }
}

attributes! {
    /// Controller modes supported.
    pub CanCtrlmodeExt "IFLA_CAN_CTRLMODE_" {
        /// Modes that the controller supports.
        1 => SUPPORTED: CtrlMode,
    }
}

attributes! {
    /// Pulse width modulation (PWM) of CAN XL, in clock periods.
    pub CanPwm "IFLA_CAN_PWM_" {
        /// Minimum of the short phase, in clock periods.
        1 => PWMS_MIN: u32,
        /// Maximum of the short phase, in clock periods.
        2 => PWMS_MAX: u32,
        /// Minimum of the long phase, in clock periods.
        3 => PWML_MIN: u32,
        /// Maximum of the long phase, in clock periods.
        4 => PWML_MAX: u32,
        /// Minimum of the offset, in clock periods.
        5 => PWMO_MIN: u32,
        /// Maximum of the offset, in clock periods.
        6 => PWMO_MAX: u32,
        /// Short phase of a symbol, in clock periods.
        7 => PWMS: u32,
        /// Long phase of a symbol, in clock periods.
        8 => PWML: u32,
        /// Offset before the first symbol, in clock periods.
        9 => PWMO: u32,
    }
}

structure! {
    /// Bit timing.
    pub CanBittiming "struct can_bittiming" "" (32) {
        /// Bit rate in bit/s.
        0 => bitrate: u32,
        /// Sample point in 1/1000 of the bit time.
        4 => sample_point: u32,
        /// Time quantum in ns.
        8 => tq: u32,
        /// Propagation segment in time quanta.
        12 => prop_seg: u32,
        /// Phase segment 1 in time quanta.
        16 => phase_seg1: u32,
        /// Phase segment 2 in time quanta.
        20 => phase_seg2: u32,
        /// Synchronization jump width in time quanta.
        24 => sjw: u32,
        /// Bit rate prescaler, clock periods per time quantum.
        28 => brp: u32,
    }
}

structure! {
    /// Hardware limits of the bit timing.
    pub CanBittimingConst "struct can_bittiming_const" "" (48) {
        /// Name of the controller hardware, extended with NULs.
        0 => name: [u8; 16],
        /// Minimum of time segment 1 (propagation segment and phase segment 1), in time quanta.
        16 => tseg1_min: u32,
        /// Maximum of time segment 1, in time quanta.
        20 => tseg1_max: u32,
        /// Minimum of time segment 2 (phase segment 2), in time quanta.
        24 => tseg2_min: u32,
        /// Maximum of time segment 2, in time quanta.
        28 => tseg2_max: u32,
        /// Maximum synchronization jump width, in time quanta.
        32 => sjw_max: u32,
        /// Minimum bit rate prescaler.
        36 => brp_min: u32,
        /// Maximum bit rate prescaler.
        40 => brp_max: u32,
        /// Increment of the bit rate prescaler.
        44 => brp_inc: u32,
    }
}

structure! {
    /// Clock of a CAN controller.
    pub CanClock "struct can_clock" "" (4) {
        /// Frequency in Hz.
        0 => freq: u32,
    }
}

structure! {
    /// Controller modes.
    pub CanCtrlmode "struct can_ctrlmode" "" (8) {
        /// Mask of the modes to change (request only); 0 in replies.
        0 => mask: CtrlMode,
        /// Modes that are enabled.
        4 => flags: CtrlMode,
    }
}

structure! {
    /// Error counters of the controller.
    pub CanBerrCounter "struct can_berr_counter" "" (4) {
        /// Transmit error counter.
        0 => txerr: u16,
        /// Receive error counter.
        2 => rxerr: u16,
    }
}

structure! {
    /// Statistics of a CAN controller.
    pub CanDeviceStats "struct can_device_stats" "" (24) {
        /// Bit, stuff, CRC, form and acknowledgement errors.
        0 => bus_error: u32,
        /// Times the controller entered the error-warning state.
        4 => error_warning: u32,
        /// Times the controller entered the error-passive state.
        8 => error_passive: u32,
        /// Times the controller entered the bus-off state.
        12 => bus_off: u32,
        /// Transmissions postponed, as another node won arbitration.
        16 => arbitration_lost: u32,
        /// Restarts after bus-off.
        20 => restarts: u32,
    }
}

values! {
    /// Error state of a CAN controller.
    pub CanState "CAN_STATE_": u32 {
        /// Error active: error counters below 96.
        0 => ERROR_ACTIVE,
        /// Error warning: an error counter of 96 to 127.
        1 => ERROR_WARNING,
        /// Error passive: an error counter of 128 to 255.
        2 => ERROR_PASSIVE,
        /// Bus off: transmit error counter above 255.
        3 => BUS_OFF,
        /// Device stopped.
        4 => STOPPED,
        /// Device in sleep mode.
        5 => SLEEPING,
    }
}

flags! {
    /// Mode of a CAN controller.
    pub CtrlMode "CAN_CTRLMODE_": u32 {
        /// Loopback: transmitted frames are received.
        0x1 => LOOPBACK,
        /// Listen only: no acknowledgements or error frames.
        0x2 => LISTENONLY,
        /// Triple sampling: three samples per bit.
        0x4 => CTRLMODE_3_SAMPLES "CAN_CTRLMODE_3_SAMPLES",
        /// One shot: no retransmission after an error.
        0x8 => ONE_SHOT,
        /// Bus errors reported as error frames.
        0x10 => BERR_REPORTING,
        /// CAN FD.
        0x20 => FD,
        /// Missing acknowledgements ignored.
        0x40 => PRESUME_ACK,
        /// CAN FD before ISO 11898-1:2015.
        0x80 => FD_NON_ISO,
        /// Data length codes 9 to 15 in classic CAN frames.
        0x100 => CC_LEN8_DLC,
        /// Transmitter delay compensation measured automatically, CAN FD.
        0x200 => TDC_AUTO,
        /// Transmitter delay compensation configured, CAN FD.
        0x400 => TDC_MANUAL,
        /// Restricted operation: receives and acknowledges, transmits no frames.
        0x800 => RESTRICTED,
        /// CAN XL.
        0x1000 => XL,
        /// Transmitter delay compensation measured automatically, CAN XL.
        0x2000 => XL_TDC_AUTO,
        /// Transmitter delay compensation configured, CAN XL.
        0x4000 => XL_TDC_MANUAL,
        /// Transceiver mode switching in the CAN XL data phase.
        0x8000 => XL_TMS,
    }
}
