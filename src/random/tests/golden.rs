//! Pinned values: the bits of two draws of every kind. A change that moves them changes every result
//! of every model, and is announced in the changelog.

use super::{draws, every_kind};

const GOLDEN: &[(&str, [u64; 2])] = &[
    ("constant", [0x4004_0000_0000_0000, 0x4004_0000_0000_0000]),
    ("uniform", [0x4007_E69F_7570_523E, 0x400C_6169_DFE7_A3D2]),
    ("uniform, one point", [0x4008_0000_0000_0000, 0x4008_0000_0000_0000]),
    ("triangular", [0x4007_E6B3_75BF_6A30, 0x400D_3CE5_7881_8BD4]),
    ("triangular, rising", [0x4011_05FE_656E_C19A, 0x4012_BE85_AA7B_259A]),
    ("triangular, falling", [0x4005_6922_4394_BAD5, 0x400B_92AE_2BC1_CA10]),
    ("pert", [0x3FF4_8930_7697_364D, 0x4004_A91B_826F_2EA4]),
    ("pert, flat", [0x3FFC_9C14_D6EB_EA1A, 0x400D_3AE0_A16F_E9AF]),
    ("exponential", [0x401A_A6AA_D2E9_9581, 0x4002_0CB1_F7F6_F296]),
    ("erlang, few", [0x4009_BA28_1B7F_B3A5, 0x4004_C94E_1341_E92D]),
    ("erlang, many", [0x3FFC_CE00_543B_A76F, 0x400D_F953_5BBA_5AB0]),
    ("gamma", [0x400E_7F5C_3FB5_ACA3, 0x4013_4193_9F1B_98EA]),
    ("gamma, shape below 1", [0x4029_9556_BE40_CA20, 0x3FFC_A694_FF86_2D6F]),
    ("lognormal", [0x3FF1_B20B_5D23_CF6B, 0x4010_E02E_544B_50B2]),
    ("weibull", [0x400C_3EE2_185A_04F0, 0x4013_8229_9C6F_73B3]),
    ("weibull, by shape", [0x400A_9DC3_7C7D_F47C, 0x401A_9F6E_B153_B895]),
    ("pareto", [0x4007_FA0B_ADEF_B55E, 0x400B_5C95_7A69_4DD8]),
    ("pareto, by shape", [0x4003_7E6A_C2ED_0C20, 0x4006_9170_AAF6_139A]),
    ("truncated normal, centre", [0x3FE6_EDAB_6478_28C0, 0x4011_5A59_17D6_679A]),
    ("truncated normal, middle", [0x4007_F34F_BAB8_291F, 0x400A_30B4_EFF3_D1E9]),
    ("truncated normal, upper tail", [0x4028_7CD2_BF57_1AA6, 0x4028_2A44_C763_20C4]),
    ("truncated normal, strip", [0x4010_87AF_FB61_9C58, 0x4010_ADE9_EDDD_0DFF]),
    ("truncated normal, lower tail", [0x4048_E3D9_D7DF_1169, 0x4048_F677_CAC3_F33C]),
    ("truncated normal, negative mean", [0x400B_BEA3_08F5_156E, 0x3FF2_CA4E_6EF5_8FE2]),
    ("beta", [0x3FF2_CC55_BB8D_043A, 0x4001_E716_98B2_89FA]),
    ("beta, two humps", [0x4011_5F61_4E3C_1728, 0x4012_C21A_C13D_6354]),
    ("hyperexponential", [0x3FE0_BE0C_6E82_514C, 0x4017_61D9_F2A9_A6A0]),
    ("hyperexponential, by cv", [0x3FCF_0046_B1F0_23C7, 0x4027_15CA_87AD_93EA]),
    ("mixture", [0x3FFE_F293_85E6_4588, 0x4020_1B1F_67BC_1BE0]),
    ("shifted", [0x4012_1C3D_FEA2_E690, 0x4011_47DE_38FD_5B22]),
    ("shifted down", [0x3FE5_337F_4740_6DA8, 0x3FEB_2C8D_2A8A_2FC0]),
    ("scaled", [0x3FE1_B20B_5D23_CF6B, 0x4000_E02E_544B_50B2]),
    ("scaled mixture", [0x4017_9AF7_5236_5A13, 0x402E_28AF_1B9A_29D0]),
    ("discrete", [0x4010_0000_0000_0000, 0x4000_0000_0000_0000]),
    ("empirical", [0x4014_0000_0000_0000, 0x4018_0000_0000_0000]),
    ("empirical, one value", [0x4000_0000_0000_0000, 0x4000_0000_0000_0000]),
    ("interpolated", [0x4012_8D0F_5E58_5FF3, 0x4017_C6FB_8538_E9CA]),
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
