EC-LAB SETTING FILE

Number of linked techniques : 1
Device : MPG-2
CE vs. WE compliance from -10 V to 10 V
Electrode connection : standard
Potential control : Ewe
Ewe ctrl range : min = 0.00 V, max = 5.00 V
Safety Limits :
	Ewe min = 2.400 V
	Ewe max = 4.350 V
	|I| = 8.000 mA
	for t > 1000 ms
	Do not start on E overload
Comments : cell-017
Cycle Definition : Charge/Discharge alternance
Do not turn to OCV between techniques

Technique : 1
Modulo Bat
Ns                  0                   1                   2                   3                   4                   5                   6                   7                   8                   
ctrl_type           Rest                CC                  CV                  CC                  Loop                CC                  CV                  CC                  Loop                
Apply I/C           I                   I                   I                   I                   I                   I                   I                   I                   I                   
current/potential   current             current             current             current             current             current             current             current             current             
ctrl1_val                               350.000             4.200               -350.000                                1.750               4.200               -1.750                                  
ctrl1_val_unit                          µA                  V                   µA                                      mA                  V                   mA                                      
ctrl1_val_vs                            <None>              Ref                 <None>                                  <None>              Ref                 <None>                                  
ctrl2_val                                                                                                                                                                                               
ctrl2_val_unit                                                                                                                                                                                          
ctrl2_val_vs                                                                                                                                                                                            
ctrl3_val                                                                                                                                                                                               
ctrl3_val_unit                                                                                                                                                                                          
ctrl3_val_vs                                                                                                                                                                                            
N                   0.00                0.00                0.00                0.00                0.00                0.00                0.00                0.00                0.00                
charge/discharge    Charge              Charge              Charge              Charge              Charge              Charge              Charge              Charge              Charge              
charge/discharge_1  Charge              Charge              Charge              Charge              Charge              Charge              Charge              Charge              Charge              
Apply I/C_1         I                   I                   I                   I                   I                   I                   I                   I                   I                   
N1                  0.00                0.00                0.00                0.00                0.00                0.00                0.00                0.00                0.00                
ctrl4_val                                                                                                                                                                                               
ctrl4_val_unit                                                                                                                                                                                          
ctrl5_val                                                                                                                                                                                               
ctrl5_val_unit                                                                                                                                                                                          
ctrl_tM             0                   0                   0                   0                   0                   0                   0                   0                   0                   
ctrl_seq            0                   0                   0                   0                   1                   0                   0                   0                   5                   
ctrl_repeat         0                   0                   0                   0                   2                   0                   0                   0                   99                  
ctrl_trigger        Falling Edge        Falling Edge        Falling Edge        Falling Edge        Falling Edge        Falling Edge        Falling Edge        Falling Edge        Falling Edge        
ctrl_TO_t           0.000               0.000               0.000               0.000               0.000               0.000               0.000               0.000               0.000               
ctrl_TO_t_unit      d                   d                   d                   d                   d                   d                   d                   d                   d                   
ctrl_Nd             6                   6                   6                   6                   6                   6                   6                   6                   6                   
ctrl_Na             2                   2                   2                   2                   2                   2                   2                   2                   2                   
ctrl_corr           0                   0                   0                   0                   0                   0                   0                   0                   0                   
lim_nb              1                   2                   2                   2                   0                   1                   1                   1                   0                   
lim1_type           Time                Time                Time                Time                Time                Ewe                 |I|                 Ewe                 Time                
lim1_comp           >                   >                   >                   >                   >                   >                   <                   <                   >                   
lim1_Q                                                                                                                                                                                                  
lim1_value          28800.000           54000.000           7200.000            54000.000           0.000               4.200               175.000             2.800               0.000               
lim1_value_unit     s                   s                   s                   s                   s                   V                   µA                  V                   s                   
lim1_action         Next sequence       Next sequence       Next sequence       Next sequence       Next sequence       Next sequence       Next sequence       Next sequence       Next sequence       
lim1_seq            1                   2                   3                   4                   5                   6                   7                   8                   9                   
lim2_type           Time                Ewe                 |I|                 Ewe                 Time                Time                Time                Time                Time                
lim2_comp           >                   >                   <                   <                   >                   >                   >                   >                   >                   
lim2_Q                                                                                                                                                                                                  
lim2_value          0.000               4.200               70.000              2.800               0.000               0.000               0.000               0.000               0.000               
lim2_value_unit     s                   V                   µA                  V                   s                   s                   s                   s                   s                   
lim2_action         Next sequence       Next sequence       Next sequence       Next sequence       Next sequence       Next sequence       Next sequence       Next sequence       Next sequence       
lim2_seq            1                   2                   3                   4                   5                   6                   7                   8                   9                   
rec_nb              2                   2                   1                   2                   0                   2                   1                   2                   0                   
rec1_type           Time                Time                Time                Time                                    Time                Time                Time                                    
rec1_value          30.000              30.000              30.000              30.000                                  30.000              30.000              30.000                                  
rec1_value_unit     s                   s                   s                   s                                       s                   s                   s                                       
rec2_type           Ewe                 Ewe                                     Ewe                                     Ewe                                     Ewe                                     
rec2_value          10.000              10.000                                  10.000                                  10.000                                  10.000                                  
rec2_value_unit     mV                  mV                                      mV                                      mV                                      mV                                      
E range min (V)     0.000               0.000               0.000               0.000               0.000               0.000               0.000               0.000               0.000               
E range max (V)     5.000               5.000               5.000               5.000               5.000               5.000               5.000               5.000               5.000               
I Range             Auto                1 mA                1 mA                1 mA                Auto                10 mA               10 mA               10 mA               Auto                
I Range min         Unset               Unset               Unset               Unset               Unset               Unset               Unset               Unset               Unset               
I Range max         Unset               Unset               Unset               Unset               Unset               Unset               Unset               Unset               Unset               
I Range init        Unset               Unset               Unset               Unset               Unset               Unset               Unset               Unset               Unset               
auto rest           1                   1                   1                   1                   1                   1                   1                   1                   1                   
Bandwidth           5                   5                   5                   5                   5                   5                   5                   5                   5                   
