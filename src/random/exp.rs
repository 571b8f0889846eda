//! A fast exponential function that gives the same bits on every platform.

/// 2^(j/128) for j in 0..128, as bits.
#[rustfmt::skip]
const POWERS: [u64; 128] = [
    0x3FF0_0000_0000_0000, 0x3FF0_163D_A9FB_3335, 0x3FF0_2C9A_3E77_8061, 0x3FF0_4315_E86E_7F85,
    0x3FF0_59B0_D315_8574, 0x3FF0_706B_29DD_F6DE, 0x3FF0_8745_1875_9BC8, 0x3FF0_9E3E_CAC6_F383,
    0x3FF0_B558_6CF9_890F, 0x3FF0_CC92_2B72_47F7, 0x3FF0_E3EC_32D3_D1A2, 0x3FF0_FB66_AFFE_D31B,
    0x3FF1_1301_D012_5B51, 0x3FF1_2ABD_C06C_31CC, 0x3FF1_429A_AEA9_2DE0, 0x3FF1_5A98_C8A5_8E51,
    0x3FF1_72B8_3C7D_517B, 0x3FF1_8AF9_388C_8DEA, 0x3FF1_A35B_EB6F_CB75, 0x3FF1_BBE0_8404_5CD4,
    0x3FF1_D487_3168_B9AA, 0x3FF1_ED50_22FC_D91D, 0x3FF2_063B_8862_8CD6, 0x3FF2_1F49_917D_DC96,
    0x3FF2_387A_6E75_6238, 0x3FF2_51CE_4FB2_A63F, 0x3FF2_6B45_65E2_7CDD, 0x3FF2_84DF_E1F5_6381,
    0x3FF2_9E9D_F51F_DEE1, 0x3FF2_B87F_D0DA_D990, 0x3FF2_D285_A6E4_030B, 0x3FF2_ECAF_A93E_2F56,
    0x3FF3_06FE_0A31_B715, 0x3FF3_2170_FC4C_D831, 0x3FF3_3C08_B264_16FF, 0x3FF3_56C5_5F92_9FF1,
    0x3FF3_71A7_373A_A9CB, 0x3FF3_8CAE_6D05_D866, 0x3FF3_A7DB_34E5_9FF7, 0x3FF3_C32D_C313_A8E5,
    0x3FF3_DEA6_4C12_3422, 0x3FF3_FA45_04AC_801C, 0x3FF4_160A_21F7_2E2A, 0x3FF4_31F5_D950_A897,
    0x3FF4_4E08_6061_892D, 0x3FF4_6A41_ED1D_0057, 0x3FF4_86A2_B5C1_3CD0, 0x3FF4_A32A_F0D7_D3DE,
    0x3FF4_BFDA_D536_2A27, 0x3FF4_DCB2_99FD_DD0D, 0x3FF4_F9B2_769D_2CA7, 0x3FF5_16DA_A2CF_6642,
    0x3FF5_342B_569D_4F82, 0x3FF5_51A4_CA5D_920F, 0x3FF5_6F47_36B5_27DA, 0x3FF5_8D12_D497_C7FD,
    0x3FF5_AB07_DD48_5429, 0x3FF5_C926_8A59_46B7, 0x3FF5_E76F_15AD_2148, 0x3FF6_05E1_B976_DC09,
    0x3FF6_247E_B03A_5585, 0x3FF6_4346_34CC_C320, 0x3FF6_6238_8255_2225, 0x3FF6_8155_D44C_A973,
    0x3FF6_A09E_667F_3BCD, 0x3FF6_C012_750B_DABF, 0x3FF6_DFB2_3C65_1A2F, 0x3FF6_FF7D_F951_9484,
    0x3FF7_1F75_E8EC_5F74, 0x3FF7_3F9A_48A5_8174, 0x3FF7_5FEB_5642_67C9, 0x3FF7_8069_4FDE_5D3F,
    0x3FF7_A114_73EB_0187, 0x3FF7_C1ED_0130_C132, 0x3FF7_E2F3_36CF_4E62, 0x3FF8_0427_543E_1A12,
    0x3FF8_2589_994C_CE13, 0x3FF8_471A_4623_C7AD, 0x3FF8_68D9_9B44_92ED, 0x3FF8_8AC7_D98A_6699,
    0x3FF8_ACE5_422A_A0DB, 0x3FF8_CF32_16B5_448C, 0x3FF8_F1AE_9915_7736, 0x3FF9_145B_0B91_FFC6,
    0x3FF9_3737_B0CD_C5E5, 0x3FF9_5A44_CBC8_520F, 0x3FF9_7D82_9FDE_4E50, 0x3FF9_A0F1_70CA_07BA,
    0x3FF9_C491_82A3_F090, 0x3FF9_E863_19E3_2323, 0x3FFA_0C66_7B5D_E565, 0x3FFA_309B_EC4A_2D33,
    0x3FFA_5503_B23E_255D, 0x3FFA_799E_1330_B358, 0x3FFA_9E6B_5579_FDBF, 0x3FFA_C36B_BFD3_F37A,
    0x3FFA_E89F_995A_D3AD, 0x3FFB_0E07_298D_B666, 0x3FFB_33A2_B84F_15FB, 0x3FFB_5972_8DE5_593A,
    0x3FFB_7F76_F2FB_5E47, 0x3FFB_A5B0_30A1_064A, 0x3FFB_CC1E_904B_C1D2, 0x3FFB_F2C2_5BD7_1E09,
    0x3FFC_199B_DD85_529C, 0x3FFC_40AB_5FFF_D07A, 0x3FFC_67F1_2E57_D14B, 0x3FFC_8F6D_9406_E7B5,
    0x3FFC_B720_DCEF_9069, 0x3FFC_DF0B_555D_C3FA, 0x3FFD_072D_4A07_897C, 0x3FFD_2F87_080D_89F2,
    0x3FFD_5818_DCFB_A487, 0x3FFD_80E3_16C9_8398, 0x3FFD_A9E6_03DB_3285, 0x3FFD_D321_F301_B460,
    0x3FFD_FC97_337B_9B5F, 0x3FFE_2646_14F5_A129, 0x3FFE_502E_E78B_3FF6, 0x3FFE_7A51_FBC7_4C83,
    0x3FFE_A4AF_A2A4_90DA, 0x3FFE_CF48_2D8E_67F1, 0x3FFE_FA1B_EE61_5A27, 0x3FFF_252B_376B_BA97,
    0x3FFF_5076_5B6E_4540, 0x3FFF_7BFD_AD9C_BE14, 0x3FFF_A7C1_819E_90D8, 0x3FFF_D3C2_2B8F_71F1,
];

/// 128 / ln 2.
const STEPS: f64 = 184.664_965_233_787_3;
/// ln 2 / 128 in two parts: the first has so few bits that its product with a number of steps is exact.
const STEP_HIGH: f64 = f64::from_bits(0x3FE6_2E42_FEFA_0000) / 128.0;
const STEP_LOW: f64 = f64::from_bits(0x3D7C_F79A_BC9E_3B3A) / 128.0;
/// Adding this to a small number leaves the number, rounded, in the lowest bits of the sum.
const ROUNDER: f64 = 1.5 * (1u64 << 52) as f64;

/// e^x, within about 1 unit in the last place.
///
/// With n = 128 k + j the whole number nearest to 128 x / ln 2, and r the small rest,
/// e^x = 2^k 2^(j/128) e^r: an exponent, a table and a short polynomial (Tang 1989). Only plain
/// additions and multiplications are used, in a fixed order, so that every platform agrees; near
/// overflow and underflow, and for NaN, it hands over to libm.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    if x.abs() < 700.0 { common_exp(x) } else { careful_exp(x) }
}

#[inline(always)]
fn common_exp(x: f64) -> f64 {
    let rounded = x * STEPS + ROUNDER;
    let n = rounded.to_bits();
    let steps = rounded - ROUNDER;
    let r = (x - steps * STEP_HIGH) - steps * STEP_LOW;
    let square = r * r;
    let tail = r + square * (0.5 + r * (1.0 / 6.0) + square * (1.0 / 24.0 + r * (1.0 / 120.0)));
    // n / 128 goes into the exponent field, n % 128 into the table.
    let scale = f64::from_bits(POWERS[(n & 127) as usize].wrapping_add((n & !127) << 45));
    scale + scale * tail
}

#[cold]
#[inline(never)]
fn careful_exp(x: f64) -> f64 {
    libm::exp(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Distance in units in the last place, of two numbers of the same sign.
    fn ulps(a: f64, b: f64) -> u64 {
        a.to_bits().abs_diff(b.to_bits())
    }

    #[test]
    fn the_table_holds_powers_of_two() {
        for (j, &bits) in POWERS.iter().enumerate() {
            let power = libm::exp2(j as f64 / 128.0);
            assert!(ulps(power, f64::from_bits(bits)) <= 1, "{j}");
        }
        assert_eq!(f64::from_bits(POWERS[64]), std::f64::consts::SQRT_2);
        assert_eq!(STEPS, 128.0 / std::f64::consts::LN_2);
        assert_eq!(STEP_HIGH + STEP_LOW, std::f64::consts::LN_2 / 128.0);
    }

    #[test]
    fn it_agrees_with_libm_everywhere() {
        // Steps that share no factor with the table's, over the whole range and close to zero.
        for (from, step, count) in [(-760.0, 0.003_71, 410_000), (-1e-3, 1.37e-8, 150_000)] {
            for i in 0..count {
                let x = from + step * f64::from(i);
                assert!(ulps(exp(x), libm::exp(x)) <= 2, "{x}");
            }
        }
    }

    #[test]
    fn its_edges_are_right() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(-0.0), 1.0);
        assert_eq!(exp(1e-300), 1.0);
        assert_eq!(exp(1.0), std::f64::consts::E);
        assert_eq!(exp(710.0), f64::INFINITY);
        assert_eq!(exp(f64::INFINITY), f64::INFINITY);
        assert_eq!(exp(-746.0), 0.0);
        assert_eq!(exp(f64::NEG_INFINITY), 0.0);
        assert!(exp(-740.0) > 0.0);
        assert!(exp(f64::NAN).is_nan());
    }
}
