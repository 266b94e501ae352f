//! `can`: controllers of the field bus CAN, with CAN FD and CAN XL.

use crate::nest::Nest;
use crate::value::{Array, Struct};

attributes! {
    /// A CAN controller's attributes, `IFLA_CAN_*`.
    pub Can "IFLA_CAN_" {
        /// How long the parts of a bit take.
        1 => BITTIMING: Struct<CanBittiming>,
        /// Between which bounds that can be.
        2 => BITTIMING_CONST: Struct<CanBittimingConst>,
        /// The controller's clock.
        3 => CLOCK: Struct<CanClock>,
        /// How well it gets on with the bus.
        4 => STATE: CanState,
        /// How it works.
        5 => CTRLMODE: Struct<CanCtrlmode>,
        /// After how long it returns to the bus by itself, in milliseconds; 0 for never.
        6 => RESTART_MS: u32,
        /// Makes it return to the bus now.
        7 => RESTART: u32,
        /// How many errors it counts at present.
        8 => BERR_COUNTER: Struct<CanBerrCounter>,
        /// How long the parts of a bit take in the fast part of a CAN FD frame.
        9 => DATA_BITTIMING: Struct<CanBittiming>,
        /// Between which bounds that can be.
        10 => DATA_BITTIMING_CONST: Struct<CanBittimingConst>,
        /// The resistor at the end of the bus, in ohms; 0 for none.
        11 => TERMINATION: u16,
        /// Which resistors it can switch on, in ohms.
        12 => TERMINATION_CONST: Array<u16>,
        /// The only bit rates that it can do, in bits a second.
        13 => BITRATE_CONST: Array<u32>,
        /// The only bit rates that it can do in the fast part, in bits a second.
        14 => DATA_BITRATE_CONST: Array<u32>,
        /// The highest bit rate that its wires allow, in bits a second.
        15 => BITRATE_MAX: u32,
        /// How it makes up for the delay of its transmitter, in CAN FD.
        16 => TDC: Nest<CanTdc>,
        /// What it could do.
        17 => CTRLMODE_EXT: Nest<CanCtrlmodeExt>,
        /// How long the parts of a bit take in the fast part of a CAN XL frame.
        18 => XL_DATA_BITTIMING: Struct<CanBittiming>,
        /// Between which bounds that can be.
        19 => XL_DATA_BITTIMING_CONST: Struct<CanBittimingConst>,
        /// The only bit rates that it can do there, in bits a second.
        20 => XL_DATA_BITRATE_CONST: Array<u32>,
        /// How it makes up for the delay of its transmitter, in CAN XL.
        21 => XL_TDC: Nest<CanTdc>,
        /// How long its pulses are when it drives the wires fast, in CAN XL.
        22 => XL_PWM: Nest<CanPwm>,
    }
}

attributes! {
    /// How a controller makes up for the delay of its transmitter, `IFLA_CAN_TDC_*`, in ticks.
    pub CanTdc "IFLA_CAN_TDC_" {
        /// The least that `TDCV` can be.
        1 => TDCV_MIN: u32,
        /// The most that `TDCV` can be.
        2 => TDCV_MAX: u32,
        /// The least that `TDCO` can be.
        3 => TDCO_MIN: u32,
        /// The most that `TDCO` can be.
        4 => TDCO_MAX: u32,
        /// The least that `TDCF` can be.
        5 => TDCF_MIN: u32,
        /// The most that `TDCF` can be.
        6 => TDCF_MAX: u32,
        /// The delay itself.
        7 => TDCV: u32,
        /// What is added to it, to look at a bit's middle.
        8 => TDCO: u32,
        /// How long to wait before the delay is measured.
        9 => TDCF: u32,
    }
}

attributes! {
    /// What a controller could do, `IFLA_CAN_CTRLMODE_*`.
    pub CanCtrlmodeExt "IFLA_CAN_CTRLMODE_" {
        /// The ways of working that it knows.
        1 => SUPPORTED: CtrlMode,
    }
}

attributes! {
    /// How long a controller's pulses are, `IFLA_CAN_PWM_*`, in ticks.
    pub CanPwm "IFLA_CAN_PWM_" {
        /// The least that `PWMS` can be.
        1 => PWMS_MIN: u32,
        /// The most that `PWMS` can be.
        2 => PWMS_MAX: u32,
        /// The least that `PWML` can be.
        3 => PWML_MIN: u32,
        /// The most that `PWML` can be.
        4 => PWML_MAX: u32,
        /// The least that `PWMO` can be.
        5 => PWMO_MIN: u32,
        /// The most that `PWMO` can be.
        6 => PWMO_MAX: u32,
        /// The short part of a pulse.
        7 => PWMS: u32,
        /// The long part of a pulse.
        8 => PWML: u32,
        /// Where the first pulse starts.
        9 => PWMO: u32,
    }
}

structure! {
    /// `struct can_bittiming`.
    pub CanBittiming "struct can_bittiming" "" (32) {
        /// Bits a second.
        0 => bitrate: u32,
        /// Where in a bit it is looked at, in thousandths.
        4 => sample_point: u32,
        /// How long a quantum of time is, in nanoseconds.
        8 => tq: u32,
        /// How long signals travel, in quanta.
        12 => prop_seg: u32,
        /// How long the part before the look is, in quanta.
        16 => phase_seg1: u32,
        /// How long the part after the look is, in quanta.
        20 => phase_seg2: u32,
        /// How far a bit may be stretched or shortened, in quanta.
        24 => sjw: u32,
        /// How many ticks of the clock make a quantum.
        28 => brp: u32,
    }
}

structure! {
    /// `struct can_bittiming_const`.
    pub CanBittimingConst "struct can_bittiming_const" "" (48) {
        /// The hardware's name.
        0 => name: [u8; 16],
        /// The shortest time before the look, in quanta.
        16 => tseg1_min: u32,
        /// The longest time before the look, in quanta.
        20 => tseg1_max: u32,
        /// The shortest time after the look, in quanta.
        24 => tseg2_min: u32,
        /// The longest time after the look, in quanta.
        28 => tseg2_max: u32,
        /// How far a bit may be stretched or shortened at most, in quanta.
        32 => sjw_max: u32,
        /// The fewest ticks in a quantum.
        36 => brp_min: u32,
        /// The most ticks in a quantum.
        40 => brp_max: u32,
        /// By how many ticks a quantum can be made longer.
        44 => brp_inc: u32,
    }
}

structure! {
    /// `struct can_clock`.
    pub CanClock "struct can_clock" "" (4) {
        /// Ticks a second.
        0 => freq: u32,
    }
}

structure! {
    /// `struct can_ctrlmode`.
    pub CanCtrlmode "struct can_ctrlmode" "" (8) {
        /// Which ways of working are meant.
        0 => mask: CtrlMode,
        /// Those that are on.
        4 => flags: CtrlMode,
    }
}

structure! {
    /// `struct can_berr_counter`.
    pub CanBerrCounter "struct can_berr_counter" "" (4) {
        /// Errors in sending.
        0 => txerr: u16,
        /// Errors in receiving.
        2 => rxerr: u16,
    }
}

structure! {
    /// `struct can_device_stats`, a controller's statistics.
    pub CanDeviceStats "struct can_device_stats" "" (24) {
        /// Errors on the bus.
        0 => bus_error: u32,
        /// How often it began to worry.
        4 => error_warning: u32,
        /// How often it fell back to bare listening and sending.
        8 => error_passive: u32,
        /// How often it left the bus.
        12 => bus_off: u32,
        /// How often another sender came first.
        16 => arbitration_lost: u32,
        /// How often it returned to the bus.
        20 => restarts: u32,
    }
}

values! {
    /// How well a controller gets on with the bus, `CAN_STATE_*`.
    pub CanState "CAN_STATE_": u32 {
        /// Well: fewer than 96 errors.
        0 => ERROR_ACTIVE,
        /// Fewer than 128 errors.
        1 => ERROR_WARNING,
        /// Fewer than 256 errors: it no longer reports those of others.
        2 => ERROR_PASSIVE,
        /// Not at all: it has left the bus.
        3 => BUS_OFF,
        /// It is not running.
        4 => STOPPED,
        /// It sleeps.
        5 => SLEEPING,
    }
}

flags! {
    /// How a controller works, `CAN_CTRLMODE_*`.
    pub CtrlMode "CAN_CTRLMODE_": u32 {
        /// Hears what it sends.
        0x1 => LOOPBACK,
        /// Only listens.
        0x2 => LISTENONLY,
        /// Looks at a bit three times.
        0x4 => CTRLMODE_3_SAMPLES,
        /// Sends a frame once, whatever comes of it.
        0x8 => ONE_SHOT,
        /// Reports errors on the bus.
        0x10 => BERR_REPORTING,
        /// Does CAN FD.
        0x20 => FD,
        /// Is content when nobody acknowledges.
        0x40 => PRESUME_ACK,
        /// Does CAN FD as it was before the standard.
        0x80 => FD_NON_ISO,
        /// Passes on lengths above 8 in classic frames.
        0x100 => CC_LEN8_DLC,
        /// Measures the delay of its transmitter in CAN FD.
        0x200 => TDC_AUTO,
        /// Was told the delay of its transmitter in CAN FD.
        0x400 => TDC_MANUAL,
        /// Receives and acknowledges, but sends nothing else.
        0x800 => RESTRICTED,
        /// Does CAN XL.
        0x1000 => XL,
        /// Measures the delay of its transmitter in CAN XL.
        0x2000 => XL_TDC_AUTO,
        /// Was told the delay of its transmitter in CAN XL.
        0x4000 => XL_TDC_MANUAL,
        /// Drives the wires faster in the fast part of CAN XL frames.
        0x8000 => XL_TMS,
    }
}
