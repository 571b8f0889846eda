//! Pinned values: the bits of two draws of every kind. A change that moves them changes every result
//! of every model, and is announced in the changelog.

use super::{draws, every_kind};

const GOLDEN: &[(&str, [u64; 2])] = &[
    ("constant", [0x4004_0000_0000_0000, 0x4004_0000_0000_0000]),
    ("uniform", [0x4007_E69F_7570_523E, 0x3FF2_EE85_D93F_88D2]),
    ("uniform, one point", [0x4008_0000_0000_0000, 0x4008_0000_0000_0000]),
    ("triangular", [0x4007_E6B3_75BF_6A30, 0x3FF7_E890_2253_F2C0]),
    ("triangular, rising", [0x4011_05FE_656E_C19A, 0x3FFF_D120_44A7_E57F]),
    ("triangular, falling", [0x4005_6922_4394_BAD5, 0x3FF1_FC3B_3173_95AA]),
    ("pert", [0x3FF4_8930_7697_364D, 0x4001_66A3_283E_5142]),
    ("pert, flat", [0x3FFC_9C14_D6EB_EA1A, 0x400A_BC60_45BB_0AC7]),
    ("exponential", [0x401A_A6AA_D2E9_9581, 0x3FBB_5CCF_F9B1_AABA]),
    ("erlang, few", [0x4009_BA28_1B7F_B3A5, 0x400E_74C5_B140_CDE7]),
    ("erlang, many", [0x3FFC_CE00_543B_A76F, 0x4007_ACBC_30C7_C4BF]),
    ("gamma", [0x400E_7F5C_3FB5_ACA3, 0x4003_BD5C_C6CF_CAEE]),
    ("gamma, shape below 1", [0x4029_9556_BE40_CA20, 0x4012_9217_B5BA_DC56]),
    ("lognormal", [0x3FF1_B20B_5D23_CF6B, 0x4005_27C2_1C0D_309A]),
    ("weibull", [0x400C_3EE2_185A_04F0, 0x3FE5_8623_4C9F_D2C3]),
    ("weibull, by shape", [0x400A_9DC3_7C7D_F47C, 0x3FB8_4047_5BA0_B0DD]),
    ("pareto", [0x4007_FA0B_ADEF_B55E, 0x4004_45FA_6217_B72A]),
    ("pareto, by shape", [0x4003_7E6A_C2ED_0C20, 0x4000_2F34_5D6A_F007]),
    ("truncated normal, centre", [0x3FE6_EDAB_6478_28C0, 0x4008_98C9_F7F7_B878]),
    ("truncated normal, middle", [0x4007_F34F_BAB8_291F, 0x4000_BBA1_764F_E234]),
    ("truncated normal, upper tail", [0x4028_7CD2_BF57_1AA6, 0x4028_0200_9F61_59DC]),
    ("truncated normal, strip", [0x4010_87AF_FB61_9C58, 0x4010_0C82_3B16_646A]),
    ("truncated normal, lower tail", [0x4048_E3D9_D7DF_1169, 0x4048_FF8C_65D7_2086]),
    ("truncated normal, negative mean", [0x400B_BEA3_08F5_156E, 0x3FAC_7C41_9F99_7A20]),
    ("beta", [0x3FF2_CC55_BB8D_043A, 0x3FFD_AAAE_CDDB_A91C]),
    ("beta, two humps", [0x4011_5F61_4E3C_1728, 0x4006_72C6_5248_A4FB]),
    ("hyperexponential", [0x3FE0_BE0C_6E82_514C, 0x400C_5E4D_1BE3_FDBD]),
    ("hyperexponential, by cv", [0x3FCF_0046_B1F0_23C7, 0x401A_43A1_D528_83C4]),
    ("mixture", [0x3FFE_F293_85E6_4588, 0x4011_AE08_DBD4_A8F0]),
    ("shifted", [0x4012_1C3D_FEA2_E690, 0x4019_7D73_74DE_61A4]),
    ("shifted down", [0x3FE5_337F_4740_6DA8, 0x3FAF_4593_B7FB_08C0]),
    ("scaled", [0x3FE1_B20B_5D23_CF6B, 0x3FF5_27C2_1C0D_309A]),
    ("scaled mixture", [0x4017_9AF7_5236_5A13, 0x4023_4286_A4DF_7EB4]),
    ("discrete", [0x4010_0000_0000_0000, 0x3FF0_0000_0000_0000]),
    ("empirical", [0x4014_0000_0000_0000, 0x3FF0_0000_0000_0000]),
    ("empirical, one value", [0x4000_0000_0000_0000, 0x4000_0000_0000_0000]),
    ("interpolated", [0x4012_8D0F_5E58_5FF3, 0x3FF0_0000_0000_0000]),
    ("interpolated, one value", [0x4000_0000_0000_0000, 0x4000_0000_0000_0000]),
];

#[test]
fn draws_are_pinned() {
    let found: Vec<_> = every_kind()
        .iter()
        .map(|(name, dist)| (*name, [draws(dist, 2)[0].to_bits(), draws(dist, 2)[1].to_bits()]))
        .collect();
    for (found, golden) in found.iter().zip(GOLDEN) {
        assert_eq!(found, golden, "{:#X?}", found.1);
    }
    assert_eq!(found.len(), GOLDEN.len());
}
